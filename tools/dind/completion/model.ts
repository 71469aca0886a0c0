import type { Argument, Command, Option } from 'commander';

/** What may stand in a place of the command line. */
export type Value =
	| { readonly kind: 'words'; readonly words: readonly string[] }
	| { readonly kind: 'files' | 'folders' | 'devices' | 'anything' };

export interface OptionModel {
	/** `-c`, if there is one. */
	readonly short: string | undefined;
	/** `--config`. */
	readonly long: string;
	readonly description: string;
	/** Undefined: the option takes none. */
	readonly value: Value | undefined;
}

export interface CommandModel {
	readonly name: string;
	readonly summary: string;
	readonly options: readonly OptionModel[];
	/** What stands behind the options; undefined: nothing does. */
	readonly operand: Value | undefined;
}

/** The commands of a program with their options, as shells complete them. */
export function toModel(program: Command): CommandModel[] {
	return program.commands.map((command) => ({
		name: command.name(),
		summary: firstLine(command.summary() || command.description()),
		options: command.options.flatMap(toOption),
		operand: toOperand(command.registeredArguments),
	}));
}

function toOption(option: Option): OptionModel[] {
	if (option.long === undefined || option.hidden) return [];
	const takesValue = option.required || option.optional;
	return [
		{
			short: option.short ?? undefined,
			long: option.long,
			description: firstLine(option.description),
			value: takesValue ? toValue(option.flags, option.argChoices) : undefined,
		},
	];
}

function toOperand([first]: readonly Argument[]): Value | undefined {
	return first === undefined ? undefined : toValue(first.name(), first.argChoices);
}

/** By the name of the placeholder: `<file>`, `<dir>`; a `--name` is that of a device. */
function toValue(text: string, choices: readonly string[] | undefined): Value {
	if (choices !== undefined) return { kind: 'words', words: choices };
	if (/\bfile\b/.test(text)) return { kind: 'files' };
	if (/\bdir\b/.test(text)) return { kind: 'folders' };
	if (text.startsWith('--name ')) return { kind: 'devices' };
	return { kind: 'anything' };
}

function firstLine(text: string): string {
	return text.split('\n')[0] ?? '';
}
