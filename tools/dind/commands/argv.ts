/** A command line as an array: the program, then its arguments. Never passed through a shell. */
export type Argv = readonly [program: string, ...args: string[]];

/** A `docker` command line on this computer's engine. */
export function docker(...args: string[]): Argv {
	return ['docker', ...args];
}

/** One `--flag value` pair per value, in order. */
export function repeat(flag: string, values: Iterable<string>): string[] {
	return [...values].flatMap((value) => [flag, value]);
}

/** The command line as a person would type it: words with special characters are quoted. */
export function toShellText(argv: Argv): string {
	return argv.map(quote).join(' ');
}

function quote(word: string): string {
	if (/^[\w@%+=:,./-]+$/.test(word)) return word;
	return `'${word.replaceAll("'", `'\\''`)}'`;
}
