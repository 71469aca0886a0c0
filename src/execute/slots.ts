import Bluebird from 'bluebird';
import { abortReason } from '../kit/errors.ts';

/** A bounded number of places; who comes late waits in line. */
export interface Slots {
	/**
	 * Runs `work` on a place of its own and gives the place back when `work` ends. While it waits for one it rejects
	 * with the signal's reason when the signal fires.
	 */
	use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** @param size - places there are, at least 1 */
export function createSlots(size: number): Slots {
	let free = size;
	const line: (() => void)[] = [];

	const release = (): void => {
		const next = line.shift();
		if (next === undefined) free += 1;
		else next();
	};

	const acquire = (signal: AbortSignal): Bluebird<void> =>
		new Bluebird((resolve, reject) => {
			if (signal.aborted) {
				reject(abortReason(signal));
				return;
			}
			if (free > 0) {
				free -= 1;
				resolve();
				return;
			}
			const enter = (): void => {
				signal.removeEventListener('abort', leave);
				resolve();
			};
			const leave = (): void => {
				line.splice(line.indexOf(enter), 1);
				reject(abortReason(signal));
			};
			signal.addEventListener('abort', leave, { once: true });
			line.push(enter);
		});

	return {
		use: async (signal, work) => Bluebird.using(acquire(signal).disposer(release), work),
	};
}
