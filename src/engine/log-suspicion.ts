import type { Clock } from '../kit/clock.ts';
import type { EngineLogLine } from '../ports/container-engine.ts';

/** Watches a followed log for what an engine does wrong when it rotates the log's file. */
export interface Suspicion {
	/** Lines come again, as it seems. A container's output goes on in time, each of its two streams by itself. */
	isInDisorder(lines: readonly EngineLogLine[]): boolean;
	/** So much has come, and it is still so old, that the file may be rotated twice before its end is reached. */
	isBehind(lines: readonly EngineLogLine[]): boolean;
}

export interface SuspicionDeps {
	readonly clock: Pick<Clock, 'now'>;
	/** See {@link ContainerDetails.logFileBytes}. Default 0: as small as can be. */
	readonly fileBytes?: number | undefined;
}

const lagMs = 1000;
/** Fewer lines than that were written before they were asked for, or come from a computer that is busy. */
const manyLines = 5000;
/** A container may write what was not read yet so many times as fast as what was. */
const margin = 2;
/** What a file of the engine has of each line beside its text, at least. */
const frameBytes = 75;

export function createSuspicion({ clock, fileBytes = 0 }: SuspicionDeps): Suspicion {
	const last: Record<'out' | 'err', EngineLogLine | undefined> = { out: undefined, err: undefined };
	const pace = createPace();
	let count = 0;
	return {
		isInDisorder(lines) {
			return lines.some((line) => {
				const stream = line.isStdErr ? 'err' : 'out';
				const before = last[stream];
				last[stream] = line;
				return before !== undefined && isAgain(line, before);
			});
		},
		isBehind(lines) {
			count += lines.length;
			const newest = lines.at(-1);
			if (newest === undefined) return false;
			const newestMs = Date.parse(newest.stamp);
			pace.note(lines, newestMs);
			const behindMs = clock.now().getTime() - newestMs;
			if (count < manyLines || behindMs <= lagMs) return false;
			return (behindMs / 1000) * pace.bytesPerSec * margin > fileBytes;
		},
	};
}

/** Two lines of one text share a stamp only where stamps are coarse; there that says nothing. */
const isAgain = (line: EngineLogLine, before: EngineLogLine): boolean =>
	line.stamp < before.stamp ||
	(line.stamp === before.stamp && line.message === before.message && !line.stamp.endsWith('000Z'));

/** How fast a log was written, as its stamps say. */
interface Pace {
	/** Of the last second at least. */
	readonly bytesPerSec: number;
	note(lines: readonly EngineLogLine[], newestMs: number): void;
}

const shortestMs = 1000;

function createPace(): Pace {
	let beganMs = Infinity;
	let bytes = 0;
	let before = 0;
	let now = 0;
	return {
		get bytesPerSec() {
			return Math.max(before, now);
		},
		note(lines, newestMs) {
			lines.forEach(({ message }) => (bytes += message.length + frameBytes));
			beganMs = Math.min(beganMs, newestMs);
			const tookMs = newestMs - beganMs;
			now = (bytes * 1000) / Math.max(shortestMs, tookMs);
			if (tookMs < shortestMs) return;
			[before, now, bytes, beganMs] = [now, 0, 0, newestMs];
		},
	};
}
