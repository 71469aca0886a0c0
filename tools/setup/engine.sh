# shellcheck shell=sh disable=SC2154
# The container engine and the base images. Sourced by setup.

engine_log=/var/log/holdfast-dockerd.log

# engine_answers: whether the docker command reaches an engine.
engine_answers() { command -v docker >/dev/null && docker version >/dev/null 2>&1; }

# engine_packages: Debian packages without which no engine can be started here.
engine_packages() {
	[ -z "${DOCKER_HOST-}" ] || return 0
	if command -v docker >/dev/null && command -v dockerd >/dev/null; then return 0; fi
	echo docker.io iptables
	# From Debian 13 on the command is a package of its own.
	! apt-cache show docker-cli >/dev/null 2>&1 || echo docker-cli
}

# why_no_engine: one sentence for somebody whose engine does not answer and cannot be started from here.
why_no_engine() {
	if [ -n "${DOCKER_HOST-}" ]; then
		echo "DOCKER_HOST is $DOCKER_HOST, and no engine answers there"
	elif [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ]; then
		echo "no permission on /var/run/docker.sock (join the group docker, or run as root)"
	else
		echo 'no container engine answers: install Docker Engine 20.10 or newer and start it' \
			'(it is installed from here only for root on a Debian system)'
	fi
}

# prepare_kernel: dockerd needs a cgroup hierarchy and a working iptables; a bare machine may lack both.
prepare_kernel() {
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup || true
	iptables -t nat -S >/dev/null 2>&1 ||
		update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null 2>&1 || true
}

# engine_is_starting: whether a dockerd runs already (the package's own init script may have started it).
engine_is_starting() { [ -s /var/run/docker.pid ] && kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; }

start_engine() {
	if engine_is_starting; then
		say 'waiting for the container engine that has just been started'
		return
	fi
	if [ -d /run/systemd/system ]; then
		say 'starting the container engine (systemd unit docker)'
		quietly 'systemctl start docker' systemctl start docker
		return
	fi
	say "starting dockerd (log $engine_log); it stays: stop it with kill \"\$(cat /var/run/docker.pid)\""
	prepare_kernel
	setsid dockerd </dev/null >>"$engine_log" 2>&1 9>&- &
}

wait_for_engine() {
	tries=0
	until engine_answers; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { tail -n 20 "$engine_log" >&2 2>/dev/null || true; return 1; }
		sleep 0.2
	done
}

# ensure_engine: afterwards engine_answers, or it failed and said why.
ensure_engine() {
	if engine_answers; then return 0; fi
	: >"$marker"
	if [ -n "${DOCKER_HOST-}" ] || ! is_root_on_debian; then die "$(why_no_engine)"; fi
	start_engine
	wait_for_engine || die "dockerd was started, yet does not answer after 30 s; see $engine_log"
}

# ensure_images: afterwards the engine holds the base images, or it failed and said why.
ensure_images() {
	absent=
	for base in $BASE_IMAGES; do has_image "$base" || absent=yes; done
	[ -n "$absent" ] || return 0
	: >"$marker"
	"$here/../images/make" 9>&-
}
