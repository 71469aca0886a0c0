import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

export interface Pings {
	stop(): void;
	/** Resolves when the last one is answered. */
	result(): Promise<PingResult>;
}

export interface PingResult {
	/** How long each took, in milliseconds; Infinity where no answer came. */
	readonly tookMs: readonly number[];
	/** How long who sends them has waited for a processor, in milliseconds. */
	readonly waitedMs: number;
}

const everyMs = 5;
const program = new URL('ping-process.mjs', import.meta.url).pathname;
const Result = z.object({ tookMs: z.array(z.number().nullable()), waitedMs: z.number() });

/** One every few milliseconds, whether the last one is answered or not: none is spared a moment of silence. */
export function startPings(url: string): Pings {
	const child = spawn(process.execPath, [program, url, String(everyMs)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const output = text(child.stdout);
	return {
		stop: () => void child.stdin.end(),
		async result() {
			const { tookMs, waitedMs } = Result.parse(JSON.parse(await output));
			return { tookMs: tookMs.map((time) => time ?? Infinity), waitedMs };
		},
	};
}
