import type { CommandModel, OptionModel, Value } from './model.ts';
import { LIST_DEVICES } from './quote.ts';

/** A script for fish, to be sourced or put into `~/.config/fish/completions/dindctl.fish`. */
export function toFish(commands: readonly CommandModel[]): string {
	const lines = [
		'# Completion of dindctl for fish: ./dindctl completion fish | source',
		'complete -c dindctl -f',
		...commands.map(
			({ name, summary }) =>
				`complete -c dindctl -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
		),
		...commands.flatMap(ofCommand),
	];
	return `${lines.join('\n')}\n`;
}

function ofCommand({ name, options, operand }: CommandModel): string[] {
	const start = `complete -c dindctl -n '__fish_seen_subcommand_from ${name}'`;
	const rest = operand === undefined ? '' : offer(operand);
	return [
		...options.map((option) => `${start} ${toFlags(option)}`),
		...(rest === '' ? [] : [`${start} ${rest}`]),
	];
}

function toFlags({ short, long, description, value }: OptionModel): string {
	const flags = [`-l ${long.slice(2)}`, ...(short === undefined ? [] : [`-s ${short.slice(1)}`])];
	const isFile = value?.kind === 'files';
	const taken = value === undefined ? [] : [isFile ? '-r' : '-x', offer(value)];
	const words = [...flags, ...taken, `-d ${quote(description)}`];
	return words.filter((word) => word !== '').join(' ');
}

function offer(value: Value): string {
	switch (value.kind) {
		case 'words':
			return `-a ${quote(value.words.join(' '))}`;
		case 'files':
			return '-F';
		case 'folders':
			return "-a '(__fish_complete_directories)'";
		case 'devices':
			return `-a ${quote(`(${LIST_DEVICES})`)}`;
		case 'anything':
			return '';
	}
}

/** In fish's single quotes both the backslash and the quote are escaped. */
function quote(text: string): string {
	return `'${text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`;
}
