import type { Argv } from '../commands/argv.ts';
import { toShellText } from '../commands/argv.ts';
import type { CommandResult, Shell } from '../effects/shell.ts';
import { commandFailed } from '../effects/shell.ts';

/** A rule's answer: output for exit code 0, a whole result, or output that differs each time. */
export type FakeAnswer = string | Partial<CommandResult> | (() => string);

export interface FakeShell extends Shell {
	/** Every command line that was run, in order. */
	readonly ran: readonly string[];
}

/** Answers command lines by their beginning; a command without a rule fails with exit code 1. */
export function createFakeShell(rules: Readonly<Record<string, FakeAnswer>>): FakeShell {
	const ran: string[] = [];
	const answer = (argv: Argv): CommandResult => {
		const text = toShellText(argv);
		ran.push(text);
		const rule = Object.entries(rules).find(([start]) => text.startsWith(start))?.[1];
		if (rule === undefined) return { code: 1, stdout: '', stderr: `no rule for: ${text}` };
		const said = typeof rule === 'function' ? rule() : rule;
		const given = typeof said === 'string' ? { stdout: said } : said;
		return { code: 0, stdout: '', stderr: '', ...given };
	};
	const read = (argv: Argv): Promise<string> => {
		const result = answer(argv);
		return result.code === 0
			? Promise.resolve(result.stdout.trim())
			: Promise.reject(commandFailed(argv, result));
	};
	return {
		ran,
		capture: (argv) => Promise.resolve(answer(argv)),
		read,
		inherit: (argv) => Promise.resolve(answer(argv).code),
		feed: async (from, to) => {
			await read(from);
			return answer(to);
		},
		pipe: async (from, to) => {
			await read(from);
			return await read(to);
		},
	};
}
