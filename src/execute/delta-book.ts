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
	/** The server is still making it. @returns milliseconds until the next question; undefined when it was the last one */
	processing(image: string, patience: DeltaPatience): number | undefined;
	/** The image is to be pulled whole until it is there. */
	giveUp(image: string): void;
	/** It could not be had whole either, so that the delta was not to blame. */
	forgive(image: string): void;
	/** The image is there. @param wasUseful - the delta's image was this one; absent: there was no delta */
	arrived(image: string, wasUseful?: boolean): void;
}

const longestPause = 6;
/** An engine that cannot make images of deltas has them, and then the image as a whole. */
const vainUntilOff = 2;
/** Of so many images, the ones asked for last. */
const mostImages = 256;

export function createDeltaBook(): DeltaBook {
	/** By image: questions that were answered with "still processing", or `Infinity` for one that is given up. */
	const asked = new Map<string, number>();
	let inVain = 0;
	const note = (image: string, times: number): void => {
		asked.delete(image);
		asked.set(image, times);
		for (const oldest of asked.keys()) if (asked.size > mostImages) asked.delete(oldest);
	};
	return {
		isWorthAsking: (image) => inVain < vainUntilOff && asked.get(image) !== Infinity,
		processing(image, { retryCount, retryIntervalMs }) {
			const times = (asked.get(image) ?? 0) + 1;
			note(image, times > retryCount ? Infinity : times);
			if (times > retryCount) return undefined;
			return backoffMs(times - 1, {
				minMs: retryIntervalMs,
				maxMs: longestPause * retryIntervalMs,
			});
		},
		giveUp: (image) => note(image, Infinity),
		forgive: (image) => void asked.delete(image),
		arrived(image, wasUseful) {
			asked.delete(image);
			if (wasUseful !== undefined) inVain = wasUseful ? 0 : inVain + 1;
		},
	};
}
