import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

export interface Pings {
	stop(): void;
	/** Resolves when the last one is answered, with how long each took, in milliseconds; Infinity where no answer came. */
	times(): Promise<number[]>;
}

const everyMs = 5;
const program = new URL('ping-process.mjs', import.meta.url).pathname;
const Times = z.array(z.number().nullable());

/** One every few milliseconds, whether the last one is answered or not: none is spared a moment of silence. */
export function startPings(url: string): Pings {
	const child = spawn(process.execPath, [program, url, String(everyMs)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const output = text(child.stdout);
	return {
		stop: () => void child.stdin.end(),
		async times() {
			const times = Times.parse(JSON.parse(await output));
			return times.map((time) => time ?? Infinity);
		},
	};
}
