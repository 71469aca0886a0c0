# shellcheck shell=sh disable=SC2034
# Shared by the scripts of tools/images and tools/setup. Sourced, never run. POSIX sh.

LABEL='io.holdfast.made-by=tools/images'
BASE_IMAGES='busybox:stable debian:bookworm-slim node:24-bookworm-slim'

# say WHAT: one line for the person who waits.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# die WHY: the reason, then exit 1.
die() {
	say "$*"
	exit 1
}

# quietly WHAT COMMAND…: runs the command silently; prints its output and WHAT only when it fails.
quietly() {
	quietly_what=$1
	shift
	quietly_log=$(mktemp)
	if "$@" >"$quietly_log" 2>&1; then
		rm -f "$quietly_log"
		return 0
	fi
	tail -n 40 "$quietly_log" >&2
	rm -f "$quietly_log"
	say "failed: $quietly_what"
	return 1
}

# is_root_on_debian: whether apt-get may install something here.
is_root_on_debian() { [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; }

# apt_update_once: package lists are read at most once a run and only when a package is really needed.
apt_update_once() {
	[ -n "${APT_UPDATED-}" ] && return 0
	quietly 'apt-get update' apt-get update -q || return 1
	APT_UPDATED=1
}

# apt_install PACKAGE…: installs what is named, without recommended packages, asking nothing.
apt_install() {
	is_root_on_debian || die "$* needed: install by hand (only root on a Debian system can do it from here)"
	apt_update_once || die 'cannot read the package lists'
	DEBIAN_FRONTEND=noninteractive quietly "apt-get install $*" apt-get install -qy --no-install-recommends "$@" ||
		die "cannot install $*"
}

# has_image NAME: whether the engine holds an image under that name; with HOLDFAST_IMAGES=made, one that was made here.
has_image() {
	has_image_by=$(docker image inspect --format \
		'{{with .Config.Labels}}{{index . "io.holdfast.made-by"}}{{end}}' "$1" 2>/dev/null) || return 1
	[ "${HOLDFAST_IMAGES-}" != made ] || [ "$has_image_by" = tools/images ]
}

# node_arch: the name that Node and npm packages use for this machine's processor.
node_arch() {
	case $(uname -m) in
		x86_64 | amd64) echo x64 ;;
		aarch64 | arm64) echo arm64 ;;
		*) die "no Node packages are published for $(uname -m)" ;;
	esac
}
