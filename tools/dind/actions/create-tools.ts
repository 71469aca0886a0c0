import { systemClock } from '../../../src/kit/clock.ts';
import { createProgress } from '../effects/progress.ts';
import { createShell } from '../effects/shell.ts';
import type { Tools } from './tools.ts';

/** The tools of this process: its terminal, its environment, its signals. */
export function createTools(root: string): Tools {
	const interrupted = new AbortController();
	process.once('SIGINT', () => {
		process.exitCode = 130;
		interrupted.abort(new Error('interrupted'));
	});
	const terminal = process.stdin.isTTY && process.stdout.isTTY;
	return {
		root,
		shell: createShell(),
		clock: systemClock,
		progress: createProgress({
			write: (line) => process.stderr.write(line),
			monotonicMs: () => systemClock.monotonicMs(),
		}),
		print: (text) => process.stdout.write(text),
		terminal,
		color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
		signal: interrupted.signal,
	};
}
