import type { CommandModel, OptionModel, Value } from './model.ts';
import { LIST_DEVICES, quote } from './quote.ts';

/** A script for bash, to be sourced. It holds everything, so that no program starts when Tab is pressed. */
export function toBash(commands: readonly CommandModel[]): string {
	const names = commands.map(({ name }) => name).join(' ');
	return `# Completion of dindctl for bash: source <(./dindctl completion bash)
_dindctl() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} verb= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ \${COMP_WORDS[i]} == -* ]] || { verb=\${COMP_WORDS[i]}; break; }
	done
	COMPREPLY=()
	case $verb,$prev in
${commands.flatMap(valueCases).join('\n')}
	esac
	case $verb,$cur in
		,*) COMPREPLY=($(compgen -W ${quote(`${names} --help`)} -- "$cur")) ;;
${commands.flatMap(wordCases).join('\n')}
	esac
}
complete -F _dindctl dindctl ./dindctl
`;
}

/** What follows an option that takes a value. */
function valueCases({ name, options }: CommandModel): string[] {
	return options.flatMap((option) => {
		if (option.value === undefined) return [];
		const patterns = flagsOf(option).map((flag) => `${name},${flag}`);
		return [`\t\t${patterns.join(' | ')}) ${offer(option.value)}; return ;;`];
	});
}

function wordCases({ name, options, operand }: CommandModel): string[] {
	const flags = [...options.map(({ long }) => long), '--help'].join(' ');
	const offers = [`\t\t${name},-*) COMPREPLY=($(compgen -W ${quote(flags)} -- "$cur")) ;;`];
	return operand === undefined ? offers : [...offers, `\t\t${name},*) ${offer(operand)} ;;`];
}

function flagsOf({ short, long }: OptionModel): string[] {
	return short === undefined ? [long] : [long, short];
}

function offer(value: Value): string {
	switch (value.kind) {
		case 'words':
			return `COMPREPLY=($(compgen -W ${quote(value.words.join(' '))} -- "$cur"))`;
		case 'files':
			return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))`;
		case 'folders':
			return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))`;
		case 'devices':
			return `COMPREPLY=($(compgen -W "$(${LIST_DEVICES})" -- "$cur"))`;
		case 'anything':
			return ':';
	}
}
