import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import { createWaker } from '../kit/waker.ts';

export interface IdleCollectorDeps {
	/** Called when something of the device has changed. @returns ends the subscription */
	readonly onChange: (listener: () => void) => () => void;
	/** Gives back what memory can be given back. */
	readonly collect: () => void | Promise<void>;
	readonly clock: Clock;
}

/** Nothing has changed for so long: nobody waits for us. */
const quietMs = 10_000;
/** Collecting takes some ten milliseconds of the processor's time. */
const spacingMs = 60_000;

/**
 * Gives memory back once the device has come to rest, and again after each later change. By itself the collector of
 * V8 waits for the heap to grow, so that an idle device would keep for good what its last update took.
 */
export function createIdleCollector({ onChange, collect, clock }: IdleCollectorDeps): Job {
	const waker = createWaker(clock);
	return {
		name: 'idle collector',
		async run(signal) {
			const unsubscribe = onChange(() => waker.wake());
			try {
				for (;;) {
					await waker.wait(Infinity, signal);
					while ((await waker.wait(quietMs, signal)) === 'woken');
					await collect();
					await clock.sleep(spacingMs, signal);
				}
			} catch (err) {
				if (!signal.aborted) throw err;
			} finally {
				unsubscribe();
			}
		},
	};
}

/** V8's most thorough collection; does nothing where Node runs without `--expose-gc`. */
export async function collectGarbage(): Promise<void> {
	await globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'async' });
}
