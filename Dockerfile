# The supervisor's image. Build it with tools/images/build-supervisor, which passes on what the machine's own
# npm needs; a plain `docker build .` does where the public registries are reached.
FROM node:24-bookworm-slim AS build
RUN apt-get update -q \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 make g++ iptables \
	&& rm -rf /var/lib/apt/lists/*

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

COPY tsconfig.json ./
COPY tools/build tools/build
COPY tools/client tools/client
COPY src src
COPY dashboard dashboard
ARG BUILD_OPTIONS=--minify
RUN node tools/build/build.mjs ${BUILD_OPTIONS}

# What the final image takes, in one folder: the stripped binary, the bundle, sqlite3 without its sources.
RUN mkdir -p /out/local/bin /out/app/dist \
	&& strip -o /out/local/bin/node /usr/local/bin/node \
	&& cp -R dist/main.cjs dist/page package.json /out/app/dist/ \
	&& mv /out/app/dist/package.json /out/app/package.json \
	&& for package in bindings file-uri-to-path; do \
		mkdir -p /out/app/node_modules/$package && cp node_modules/$package/*.js* /out/app/node_modules/$package/; \
	done \
	&& mkdir -p /out/app/node_modules/sqlite3/build/Release \
	&& cp -R node_modules/sqlite3/package.json node_modules/sqlite3/lib node_modules/sqlite3/LICENSE /out/app/node_modules/sqlite3/ \
	&& strip -o /out/app/node_modules/sqlite3/build/Release/node_sqlite3.node node_modules/sqlite3/build/Release/node_sqlite3.node
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
		| xargs cp -L --parents --target-directory .
LABEL io.holdfast.role="supervisor-build"


FROM debian:bookworm-slim
COPY --from=build /out/local/ /usr/local/
COPY --from=build /out/app/ /usr/src/app/
COPY --from=build /out/iptables/ /
COPY entry.sh tools/build/healthcheck.sh /usr/src/app/
WORKDIR /usr/src/app
# One start, up to the first answer, leaves V8's compiled code of the bundle behind: later starts take less time and
# memory. Should it fail, they take a little more.
RUN bash -c 'mkdir -p /tmp/warm && cd /tmp/warm && export IPTABLES_FOLDER= LISTEN_PORT=48484 DATABASE_PATH=/tmp/warm/database.sqlite \
		ROOT_MOUNTPOINT=/tmp/warm BOOT_MOUNTPOINT=/tmp/warm STATE_MOUNTPOINT=/tmp/warm DATA_MOUNTPOINT=/tmp/warm; \
	/usr/src/app/entry.sh >/tmp/warm/log 2>&1 & pid=$!; \
	for try in {1..100}; do /usr/src/app/healthcheck.sh 2>/dev/null && break; kill -0 $pid || break; sleep 0.1; done; \
	kill -TERM $pid; wait $pid; du -sh /usr/src/app/.compile-cache; rm -rf /tmp/warm' || true

LABEL org.opencontainers.image.title="Holdfast supervisor" \
	org.opencontainers.image.description="Keeps the containers of a device as its target state says" \
	org.opencontainers.image.licenses="Apache-2.0" \
	io.holdfast.role="supervisor"
HEALTHCHECK --interval=5m --start-period=1m --timeout=30s --retries=3 CMD ["/usr/src/app/healthcheck.sh"]
ENTRYPOINT ["/usr/src/app/entry.sh"]
