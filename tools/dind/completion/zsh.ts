import type { CommandModel, OptionModel, Value } from './model.ts';
import { LIST_DEVICES, quote } from './quote.ts';

/** A script for zsh: a file `_dindctl` in a folder of `$fpath`, or to be sourced after compinit. */
export function toZsh(commands: readonly CommandModel[]): string {
	const described = commands.map(({ name, summary }) => `\t\t${quote(`${name}:${summary}`)}`);
	return `#compdef dindctl ./dindctl
# Completion of dindctl for zsh: ./dindctl completion zsh >"\${fpath[1]}/_dindctl"
_dindctl_devices() {
	local -a names
	names=(\${(f)"$(${LIST_DEVICES})"})
	_describe device names
}
_dindctl() {
	local curcontext=$curcontext state line
	local -a verbs
	verbs=(
${described.join('\n')}
	)
	_arguments -C '--help[show this]' '1:command:->verb' '*::argument:->rest'
	case $state in
		verb) _describe command verbs ;;
		rest)
			case $words[1] in
${commands.map(toCase).join('\n')}
			esac
			;;
	esac
}
if [[ $funcstack[1] = _dindctl ]]; then _dindctl "$@"; else compdef _dindctl dindctl; fi
`;
}

function toCase({ name, options, operand }: CommandModel): string {
	const specs = options.map(toSpec);
	const rest = operand === undefined ? [] : [quote(`*:argument:${actionOf(operand)}`)];
	const all = ["'--help[show this]'", ...specs, ...rest].map((spec) => `\t\t\t\t\t${spec}`);
	return `\t\t\t\t${name})\n\t\t\t\t\t_arguments \\\n${all.join(' \\\n')}\n\t\t\t\t\t;;`;
}

function toSpec({ short, long, description, value }: OptionModel): string {
	const text = description.replaceAll(/[[\]:\\]/g, (sign) => `\\${sign}`);
	const tail = value === undefined ? '' : `:value:${actionOf(value)}`;
	if (short === undefined) return quote(`${long}[${text}]${tail}`);
	return `'(${short} ${long})'{${short},${long}}${quote(`[${text}]${tail}`)}`;
}

function actionOf(value: Value): string {
	switch (value.kind) {
		case 'words':
			return `(${value.words.join(' ')})`;
		case 'files':
			return '_files';
		case 'folders':
			return '_files -/';
		case 'devices':
			return '_dindctl_devices';
		case 'anything':
			return ' ';
	}
}
