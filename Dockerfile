# The supervisor's image. Build it with tools/images/build-supervisor, which passes on what the machine's own
# npm needs, labels the image with its commit, and sees to it that the same commit makes the same image; a plain
# `docker build .` does where the public registries are reached.
FROM debian:bookworm-slim AS base


FROM node:24-bookworm-slim AS build
RUN apt-get update -q \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 make g++ iptables \
	&& rm -rf /var/lib/apt/lists/*

# The firewall's programs, of both kinds, with the parts that its rules need: half a megabyte in place of the three that
# the package brings along.
RUN mkdir -p /out/iptables/usr/sbin && cd /out/iptables \
	&& for kind in legacy nft; do \
		cp /usr/sbin/xtables-$kind-multi usr/sbin/ && for name in iptables ip6tables; do \
			ln -s xtables-$kind-multi usr/sbin/$name-$kind && ln -s xtables-$kind-multi usr/sbin/$name-$kind-restore; \
		done; \
	done \
	&& folder=$(dirname "$(find /usr/lib -name libxt_standard.so)") && mkdir -p ".$folder" \
	&& for part in xt_standard xt_conntrack xt_addrtype xt_tcp xt_udp ipt_icmp ip6t_icmp6 ipt_REJECT ip6t_REJECT; do \
		cp "$folder/lib$part.so" ".$folder/"; \
	done \
	&& ldd usr/sbin/xtables-*-multi | awk '$3 ~ /^\// && !/libc\.so/ { sub("^(/usr)?", "/usr", $3); print $3 }' | sort -u \
		| xargs cp -L --parents --target-directory . \
	&& for file in $(find . -type f | cut -c 2-); do dpkg --search "$file" || dpkg --search "${file#/usr}"; done \
		| cut -d : -f 1 | sort -u | xargs dpkg-query --show --showformat '${Package} ${Version} ${Architecture}\n' >/out/packages

WORKDIR /usr/src/app
# The last pattern matches nothing where the machine has no certificates or registry of its own; whatever it brings
# stays in this stage.
COPY package.json package-lock.json .cache/build-hos[t]/* ./
# sqlite3 is compiled with the headers that come with Node: prebuilt modules and headers are on hosts of their own.
RUN if [ -e machine-ca.crt ]; then export NODE_EXTRA_CA_CERTS=$PWD/machine-ca.crt; fi \
	&& npm ci --ignore-scripts --no-audit --no-fund \
	&& cd node_modules/sqlite3 \
	&& JOBS=max npm_config_nodedir=/usr/local npx --no node-gyp rebuild >/tmp/sqlite3.log 2>&1 \
	|| { tail -n 50 /tmp/sqlite3.log; exit 1; }

# Whoever compares two builds has everything from here on made again with another value.
ARG BUILD_AGAIN=
COPY tsconfig.json ./
COPY tools/build tools/build
COPY tools/client tools/client
COPY src src
COPY dashboard dashboard
ARG BUILD_OPTIONS=--minify
RUN node tools/build/build.mjs ${BUILD_OPTIONS} --packages /out/bundled-packages.json
# The bill of materials: what is in the bundle, Node, and the packages of Debian below and in the image.
COPY --from=base /var/lib/dpkg/status /out/base-packages
RUN mkdir -p /out/share/holdfast \
	&& node tools/build/sbom.mjs --packages /out/bundled-packages.json --dpkg /out/base-packages --dpkg /out/packages \
		--out /out/share/holdfast/sbom.cdx.json

# What the final image takes, in one folder: the stripped binary, the bundle, sqlite3 without its sources, and V8's
# compiled code of the bundle, with which starts take less time and memory.
COPY entry.sh ./
RUN mkdir -p /out/local/bin /out/app/dist \
	&& strip -o /out/local/bin/node /usr/local/bin/node \
	&& cp -R dist/main.cjs dist/page /out/app/dist/ \
	&& cp package.json entry.sh tools/build/healthcheck.sh /out/app/ \
	&& for package in bindings file-uri-to-path; do \
		mkdir -p /out/app/node_modules/$package && cp node_modules/$package/*.js* /out/app/node_modules/$package/; \
	done \
	&& mkdir -p /out/app/node_modules/sqlite3/build/Release \
	&& cp -R node_modules/sqlite3/package.json node_modules/sqlite3/lib node_modules/sqlite3/LICENSE /out/app/node_modules/sqlite3/ \
	&& strip -o /out/app/node_modules/sqlite3/build/Release/node_sqlite3.node node_modules/sqlite3/build/Release/node_sqlite3.node \
	&& bash tools/build/warm-start /out/app/.compile-cache
LABEL io.holdfast.role="supervisor-build"


FROM base
# What changes least comes first: devices fetch only the layers that are others.
COPY --from=build /out/local/ /usr/local/
COPY --from=build /out/iptables/ /
COPY --from=build /out/share/ /usr/share/
COPY --from=build /out/app/ /usr/src/app/
WORKDIR /usr/src/app

LABEL org.opencontainers.image.title="Holdfast supervisor" \
	org.opencontainers.image.description="Keeps the containers of a device as its target state says" \
	org.opencontainers.image.licenses="Apache-2.0" \
	io.holdfast.role="supervisor"
HEALTHCHECK --interval=5m --start-period=1m --timeout=30s --retries=3 CMD ["/usr/src/app/healthcheck.sh"]
ENTRYPOINT ["/usr/src/app/entry.sh"]
