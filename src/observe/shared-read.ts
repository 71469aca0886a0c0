import { createDeadline } from '../kit/deadline.ts';

/** One piece of work for all who ask while it runs and accept what it began with. */
export interface SharedRead<T> {
	/**
	 * Joins the reading of the same `version` that is under way, or begins one. Rejects with the signal's reason when it
	 * fires; the reading itself is given up when nobody waits for it any more.
	 */
	read(version: number, signal: AbortSignal): Promise<T>;
}

interface Flight<T> {
	readonly version: number;
	readonly abort: AbortController;
	readonly result: Promise<T>;
	waiting: number;
}

export function createSharedRead<T>(
	work: (version: number, signal: AbortSignal) => Promise<T>,
): SharedRead<T> {
	let flight: Flight<T> | undefined;
	const begin = (version: number): Flight<T> => {
		const abort = new AbortController();
		const begun = { version, abort, waiting: 0, result: work(version, abort.signal) };
		begun.result.catch(() => undefined); // those who wait hear of it
		return begun;
	};
	return {
		async read(version, signal) {
			if (flight?.version !== version) flight = begin(version);
			const own = flight;
			const wait = createDeadline(signal, Number.POSITIVE_INFINITY);
			own.waiting++;
			try {
				return await wait.race(own.result);
			} finally {
				wait.end();
				own.waiting--;
				if (own.waiting === 0) own.abort.abort();
				if (own.waiting === 0 && flight === own) flight = undefined;
			}
		},
	};
}
