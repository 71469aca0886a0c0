#!/bin/bash
# Exit code 0 if the supervisor's API says that it is healthy. Bash alone: a second Node or another package would
# cost more than the question is worth.
exec 3<>"/dev/tcp/127.0.0.1/${LISTEN_PORT:-48484}" || exit 1
printf 'GET /v1/healthy HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r -t 25 _ status _ <&3
[ "$status" = 200 ]
