import { backoffMs } from '../kit/backoff.ts';

/** How long deltas are waited for. */
export interface DeltaPatience {
	/** How often the server is asked again for a delta that it is still making. */
	readonly retryCount: number;
	/** Pause before it is asked again the first time, in milliseconds; it doubles up to six times as much. */
	readonly retryIntervalMs: number;
	/** Longest time that the engine may take for a delta, in milliseconds; 0 for no limit. */
	readonly applyTimeoutMs: number;
}

/** What came of deltas so far: who asks again, when, and for what no more. In memory: a new process begins anew. */
export interface DeltaBook {
	/** False for an image that is to be pulled whole until it is there, and on an engine that deltas are of no use to. */
	isWorthAsking(image: string): boolean;
	/**
	 * The server is still making it.
	 * @param retryAfterMs - pause that the server asked for; it is kept as long as the longest pauses would last together
	 * @returns milliseconds until the next question; undefined when it was the last one
	 */
	processing(image: string, patience: DeltaPatience, retryAfterMs?: number): number | undefined;
	/** The image is to be pulled whole until it is there. */
	giveUp(image: string): void;
	/** It could not be had whole either, so that the delta was not to blame. */
	forgive(image: string): void;
	/** The image is there. @param wasUseful - the delta's image was this one; absent: there was no delta */
	arrived(image: string, wasUseful?: boolean): void;
}

/** Questions that were answered with "still processing". */
interface Waiting {
	readonly times: number;
	readonly waitedMs: number;
}

const nothing: Waiting = { times: 0, waitedMs: 0 };

const longestPause = 6;
/** An engine that cannot make images of deltas has them, and then the image as a whole. */
const vainUntilOff = 2;
/** Of so many images, the ones asked for last. */
const mostImages = 256;

export function createDeltaBook(): DeltaBook {
	/** By image; absent: none was asked for. */
	const known = new Map<string, Waiting | 'given up'>();
	let inVain = 0;
	const note = (image: string, now: Waiting | 'given up'): void => {
		known.delete(image);
		known.set(image, now);
		for (const oldest of known.keys()) if (known.size > mostImages) known.delete(oldest);
	};
	return {
		isWorthAsking: (image) => inVain < vainUntilOff && known.get(image) !== 'given up',
		processing(image, { retryCount, retryIntervalMs }, retryAfterMs = 0) {
			const before = known.get(image);
			const { times, waitedMs } = before === undefined || before === 'given up' ? nothing : before;
			const longestMs = longestPause * retryIntervalMs;
			const ownMs = backoffMs(times, { minMs: retryIntervalMs, maxMs: longestMs });
			const pauseMs = Math.max(ownMs, retryAfterMs);
			const isOver = times >= retryCount || waitedMs + pauseMs > retryCount * longestMs;
			note(image, isOver ? 'given up' : { times: times + 1, waitedMs: waitedMs + pauseMs });
			return isOver ? undefined : pauseMs;
		},
		giveUp: (image) => note(image, 'given up'),
		forgive: (image) => void known.delete(image),
		arrived(image, wasUseful) {
			known.delete(image);
			if (wasUseful !== undefined) inVain = wasUseful ? 0 : inVain + 1;
		},
	};
}
