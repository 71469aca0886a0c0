# shellcheck shell=sh disable=SC2154
# promtool, which tests the alert rules. Sourced by setup, which stands in the project's folder.

promtool_folder=.cache/promtool

promtool_is_ready() { command -v promtool >/dev/null || [ -x "$promtool_folder/promtool" ]; }

# ensure_promtool: afterwards promtool_is_ready, or it said why not; the tests that need it are skipped then. Of Debian's
# package prometheus nothing but this program is taken: the package starts a server as it is installed.
ensure_promtool() {
	! promtool_is_ready || return 0
	is_root_on_debian || { say 'promtool is not here: the tests of the alert rules are skipped' && return 0; }
	: >"$marker"
	say 'fetching promtool'
	rm -rf "$promtool_folder"
	mkdir -p "$promtool_folder"
	apt_update_once && take_promtool 9>&- || say 'promtool cannot be had: the tests of the alert rules are skipped'
}

take_promtool() {
	(
		cd "$promtool_folder"
		quietly 'apt-get download prometheus' apt-get -o APT::Sandbox::User=root download prometheus || exit 1
		trap 'rm -f ./*.deb ./promtool.part' EXIT
		dpkg-deb --fsys-tarfile ./prometheus_*.deb | tar -xO ./usr/bin/promtool >promtool.part || exit 1
		chmod 755 promtool.part
		mv promtool.part promtool
	)
}
