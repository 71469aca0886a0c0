import type { Clock } from '../kit/clock.ts';
import type { EngineLogLine } from '../ports/container-engine.ts';

/** Watches a followed log for what an engine does wrong when it rotates the log's file. */
export interface Suspicion {
	/** Lines come again, as it seems. A container's output goes on in time, each of its two streams by itself. */
	isInDisorder(lines: readonly EngineLogLine[]): boolean;
	/** So much has come, and it is still so old, that the file may be rotated twice before its end is reached. */
	isBehind(lines: readonly EngineLogLine[]): boolean;
}

const lagMs = 1000;
/** Fewer lines than that were written before they were asked for, or come from a computer that is busy. */
const manyLines = 5000;

export function createSuspicion(clock: Pick<Clock, 'now'>): Suspicion {
	const last: Record<'out' | 'err', EngineLogLine | undefined> = { out: undefined, err: undefined };
	let count = 0;
	return {
		isInDisorder(lines) {
			for (const line of lines) {
				const stream = line.isStdErr ? 'err' : 'out';
				const before = last[stream];
				if (before !== undefined && isAgain(line, before)) return true;
				last[stream] = line;
			}
			return false;
		},
		isBehind(lines) {
			count += lines.length;
			const newest = lines.at(-1);
			if (newest === undefined || count < manyLines) return false;
			return clock.now().getTime() - Date.parse(newest.stamp) > lagMs;
		},
	};
}

/** Two lines of one text share a stamp only where stamps are coarse; there that says nothing. */
const isAgain = (line: EngineLogLine, before: EngineLogLine): boolean =>
	line.stamp < before.stamp ||
	(line.stamp === before.stamp && line.message === before.message && !line.stamp.endsWith('000Z'));
