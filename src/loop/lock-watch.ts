import { linkAbort } from '../kit/linked-abort.ts';
import type { AppState } from './app-state.ts';

export interface LockWatch {
	/** See UpdateLocks.untilReleased. */
	readonly untilReleased: (path: string, signal: AbortSignal) => Promise<void>;
	/** The lock that the app waits for was given back. */
	readonly onReleased: () => void;
	readonly signal: AbortSignal;
}

/** Waits, and watches the lock that the app waits for meanwhile, if there is one. */
export async function watchingLock(
	{ lock, pausePhase }: Pick<AppState, 'lock' | 'pausePhase'>,
	{ untilReleased, onReleased, signal }: LockWatch,
	wait: () => Promise<unknown>,
): Promise<void> {
	if (lock === undefined || pausePhase !== 'locked') {
		await wait();
		return;
	}
	const watch = linkAbort(signal);
	const watched = untilReleased(lock.path, watch.signal).then(() => {
		if (!watch.signal.aborted) onReleased();
	});
	await wait();
	watch.abort();
	watch.unlink();
	await watched;
}
