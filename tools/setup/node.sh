# shellcheck shell=sh disable=SC2154
# The npm packages of this project. Sourced by setup, which stands in the project's folder.

# node_is_ready: whether node_modules holds what package-lock.json names, sqlite3 compiled.
node_is_ready() {
	command -v node >/dev/null || die 'Node 20.19 or newer is needed, with npm'
	node tools/setup/node-modules-ready.mjs || {
		[ $? != 2 ] || exit 1
		return 1
	}
}

# node_packages: Debian packages that compiling sqlite3 needs and this machine lacks.
node_packages() {
	[ "$(uname -s)" = Linux ] || return 0
	command -v python3 >/dev/null || echo python3
	command -v make >/dev/null || echo make
	command -v g++ >/dev/null || echo g++
}

# node_headers: prints the folder whose include/node holds the headers of this Node. A Node from an archive or a
# package brings them along; otherwise they come from the npm package that carries the same Node.
node_headers() {
	installed=$(node -p 'require("node:path").resolve(process.execPath, "../..")')
	if [ -e "$installed/include/node/node_api.h" ]; then echo "$installed" && return; fi
	version=$(node -p process.versions.node)
	fetched=$PWD/.cache/node-headers/$version
	if [ ! -e "$fetched/include/node/node_api.h" ]; then
		rm -rf "$fetched"
		mkdir -p "$fetched"
		(cd "$fetched" && npm pack --silent "node-linux-$(node_arch)@$version" >/dev/null &&
			tar -xzf ./*.tgz --strip-components=1 package/include && rm -f ./*.tgz) || return 1
	fi
	echo "$fetched"
}

# ensure_node: afterwards node_is_ready, or it failed and said why.
ensure_node() {
	if node_is_ready; then return 0; fi
	: >"$marker"
	say 'installing npm packages (a minute or two)'
	# npm looks for compiled modules and headers on the web first; neither may be in reach.
	if [ "$(uname -s)" = Linux ] && [ -z "${npm_config_nodedir-}" ]; then
		if headers=$(node_headers); then export npm_config_nodedir="$headers"; fi
	fi
	# Descriptor 9 is the lock of setup; nothing that npm may leave behind shall hold it.
	JOBS=max quietly 'npm ci' npm ci --no-audit --no-fund 9>&- || return 1
	node_is_ready || die 'npm ci ended well, yet node_modules is not as package-lock.json says'
}
