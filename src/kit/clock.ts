import { abortReason } from './errors.ts';

/** Time, passed in so that tests can drive it. */
export interface Clock {
	/** Wall time. May jump: use it only for stamps that people read. */
	now(): Date;
	/** Milliseconds from an arbitrary start. Never goes back: use it for durations. */
	monotonicMs(): number;
	/** Resolves after `ms` milliseconds; rejects with the signal's reason if aborted. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** `setTimeout` fires at once above this, some 24 days; longer sleeps are cut into pieces of it. */
export const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => new Date(),
	monotonicMs: () => performance.now(),
	async sleep(ms, signal) {
		let restMs = Math.max(0, ms);
		do {
			const pieceMs = Math.min(restMs, longestTimerMs);
			await pause(pieceMs, signal);
			restMs -= pieceMs;
		} while (restMs > 0);
	},
};

/** The timers of `node:timers/promises` make an error with a stack at each abort, which here is how most sleeps end. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal.aborted) {
			reject(abortReason(signal));
			return;
		}
		const wake = (): void => {
			signal.removeEventListener('abort', giveUp);
			resolve();
		};
		const giveUp = (): void => {
			clearTimeout(timer);
			reject(abortReason(signal));
		};
		const timer = setTimeout(wake, ms);
		signal.addEventListener('abort', giveUp, { once: true });
	});
}
