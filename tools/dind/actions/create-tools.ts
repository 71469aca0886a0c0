import { systemClock } from '../../../src/kit/clock.ts';
import { createProgress } from '../effects/progress.ts';
import { createBarDisplay, createLineDisplay } from '../effects/service-display.ts';
import { createShell } from '../effects/shell.ts';
import type { Tools } from './tools.ts';

/** The tools of this process: its terminal and its environment. */
export function createTools({ root, signal }: Pick<Tools, 'root' | 'signal'>): Tools {
	const progress = createProgress({
		write: (line) => process.stderr.write(line),
		monotonicMs: () => systemClock.monotonicMs(),
	});
	const terminal = process.stdin.isTTY && process.stdout.isTTY;
	return {
		root,
		shell: createShell(),
		clock: systemClock,
		progress,
		createDisplay: () =>
			process.stderr.isTTY
				? createBarDisplay(progress, process.stderr)
				: createLineDisplay(progress),
		print: (text) => process.stdout.write(text),
		terminal,
		color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
		signal,
	};
}
