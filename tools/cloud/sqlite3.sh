#!/bin/sh
# Runs in the image's build: makes sure that Node can load node_modules/sqlite3, compiling it if need be.
set -eu
works() { node -e "require('sqlite3').cached" 2>/dev/null; }
works && exit 0
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 make g++
version=$(node -p "require('./node_modules/sqlite3/package.json').version")
rm -rf node_modules
npm install --no-save --no-audit --no-fund --build-from-source --nodedir=/usr/local "sqlite3@$version"
works
apt-get purge -qy python3 make g++ && apt-get autoremove -qy && rm -rf /var/lib/apt/lists/*
