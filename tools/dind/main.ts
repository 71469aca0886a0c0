import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { createProgram } from './cli/program.ts';
import { createVerbs } from './cli/verbs.ts';
import { ToolError } from './effects/errors.ts';
import { hostArchitecture } from './effects/host.ts';

const INTERRUPTED = 130;

/** Runs the command line and resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
	const result = { code: 0 };
	const program = createProgram({
		verbs: createVerbs({ root: resolve(import.meta.dirname, '../..'), signal }),
		arch: hostArchitecture(process.arch),
		print: (text) => process.stdout.write(text),
		onExit: (code) => {
			result.code = code;
		},
	});
	if (args.length === 0) {
		program.outputHelp();
		return 0;
	}
	try {
		await program.parseAsync(args, { from: 'user' });
		return result.code;
	} catch (thrown) {
		if (!signal.aborted) return toExitCode(thrown);
		process.stderr.write('dindctl: interrupted; what was started is left as it is\n');
		return INTERRUPTED;
	}
}

function toExitCode(thrown: unknown): number {
	if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2; // it has spoken already
	if (!(thrown instanceof ToolError)) throw thrown;
	process.stderr.write(`dindctl: ${thrown.message}\n`);
	if (thrown.todo !== undefined) process.stderr.write(`${thrown.todo}\n`);
	return thrown.exitCode;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
	process.exit(0); // the reader, `head` say, has had enough
});

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));

// Node leaves when nothing is under way, also in the middle of an await; a request that hangs counts as nothing.
const alive = setInterval(() => undefined, 60_000);
try {
	process.exitCode = await main(process.argv.slice(2), interrupted.signal);
} finally {
	clearInterval(alive);
}
