import type { Clock } from './clock.ts';
import { linkAbort } from './linked-abort.ts';

/** A wait that others may cut short. */
export interface Waker {
	/**
	 * Resolves after `ms` milliseconds (`Infinity`: only when woken) or at the next `wake`, whichever comes first; at once when `wake` was called since
	 * the last wait ended. Rejects with the signal's reason if aborted.
	 */
	wait(ms: number, signal: AbortSignal): Promise<'time' | 'woken'>;
	wake(): void;
}

/** One for all: an error of its own, with its stack, would cost each wake more than the wake itself. */
const woken = new Error('woken');

/** For one waiter at a time. */
export function createWaker(clock: Clock): Waker {
	let isWoken = false;
	let ring: (() => void) | undefined;
	return {
		wake() {
			isWoken = true;
			ring?.();
		},
		async wait(ms, signal) {
			if (!isWoken) await sleepOrRing(ms, signal);
			const ending = isWoken ? 'woken' : 'time';
			isWoken = false;
			return ending;
		},
	};

	async function sleepOrRing(ms: number, signal: AbortSignal): Promise<void> {
		const cut = linkAbort(signal);
		ring = () => cut.abort(woken);
		try {
			await clock.sleep(ms, cut.signal);
		} catch (err) {
			if (signal.aborted || !cut.signal.aborted) throw err;
		} finally {
			ring = undefined;
			cut.unlink();
		}
	}
}
