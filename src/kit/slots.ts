import { abortReason } from './errors.ts';

/** Lets a bounded number of pieces of work run at a time. */
export interface Slots {
	/**
	 * Runs the work when a slot is free, in the order of the calls, and settles as the work does.
	 * @throws the signal's reason when that fires before the work began
	 */
	run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** @param count - pieces of work at a time, at least 1 */
export function createSlots(count: number): Slots {
	const waiting = new Set<() => void>();
	let free = count;
	const enter = (signal: AbortSignal): Promise<void> =>
		new Promise((resolve, reject) => {
			if (signal.aborted) {
				reject(abortReason(signal));
				return;
			}
			if (free > 0) {
				free -= 1;
				resolve();
				return;
			}
			const begin = (): void => {
				waiting.delete(begin);
				signal.removeEventListener('abort', giveUp);
				resolve();
			};
			const giveUp = (): void => {
				waiting.delete(begin);
				reject(abortReason(signal));
			};
			waiting.add(begin);
			signal.addEventListener('abort', giveUp, { once: true });
		});
	const leave = (): void => {
		const [next] = waiting;
		if (next === undefined) free += 1;
		else next();
	};
	return {
		async run(signal, work) {
			await enter(signal);
			try {
				return await work();
			} finally {
				leave();
			}
		},
	};
}
