import type { Clock } from '../kit/clock.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { LockInTheWay } from '../model/snapshot.ts';

export interface LockWatch {
	/** See UpdateLocks.untilReleased. */
	readonly untilReleased: (path: string, signal: AbortSignal) => Promise<void>;
	/** The lock that somebody waits for was given back. */
	readonly onReleased: () => void;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly signal: AbortSignal;
}

/** Who loses the race for a lock that is taken and given back all the time tries again no sooner. */
const leastPauseMs = 250;

/** Waits, and watches the lock meanwhile, if there is one. */
export async function watchingLock(
	lock: Pick<LockInTheWay, 'path'> | undefined,
	{ untilReleased, onReleased, clock, signal }: LockWatch,
	wait: () => Promise<unknown>,
): Promise<void> {
	if (lock === undefined) {
		await wait();
		return;
	}
	const watch = linkAbort(signal);
	const watched = clock
		.sleep(leastPauseMs, watch.signal)
		.then(() => untilReleased(lock.path, watch.signal))
		.catch((err: unknown) => {
			if (!watch.signal.aborted) throw err;
		})
		.then(() => {
			if (!watch.signal.aborted) onReleased();
		});
	await wait();
	watch.abort();
	watch.unlink();
	await watched;
}
