# What is recorded for the README's picture, in a folder with the example and a way to ./dindctl. Started by record.ts.
stty cols "$COLUMNS" rows "$LINES"
export TERM=xterm-256color

# type_in COMMAND: as somebody types it.
type_in() {
	printf '\033[1;32m$\033[0m '
	sleep 0.6
	for ((at = 0; at < ${#1}; at++)); do printf '%s' "${1:at:1}" && sleep 0.035; done
	sleep 0.4
	printf '\n'
}
demo() { type_in "$1" && eval "$1" && sleep "${2:-1}"; }

demo './dindctl run' 2
clear
demo "sed -i '/worker$/a\    environment: { INTERVAL_SECONDS: 10 }' hello/docker-compose.yml" 0.5
demo './dindctl plan hello' 2.5
demo './dindctl push hello' 4
clear
demo './dindctl status' 0
