import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';

export interface PatienceDeps {
	readonly clock: Clock;
	readonly log: Logger;
	/** Told why it does not go on, and undefined once it does. */
	readonly onObstacle: (reason: string | undefined) => void;
	readonly signal: AbortSignal;
}

const limits = { minMs: 500, maxMs: 15_000 };

/**
 * Repeats work without which nothing can go on until it succeeds; each new reason is logged once.
 * @throws the signal's reason when it fires first
 */
export async function patiently<T>(work: () => Promise<T>, deps: PatienceDeps): Promise<T> {
	const { clock, log, onObstacle, signal } = deps;
	let said: string | undefined;
	for (let failures = 0; ; failures += 1) {
		try {
			const done = await work();
			onObstacle(undefined);
			if (said !== undefined) log.info({}, 'obstacle is gone');
			return done;
		} catch (err) {
			signal.throwIfAborted();
			const reason = messageOf(err);
			onObstacle(reason);
			if (reason !== said) log.error({ err }, 'cannot start yet, trying again');
			said = reason;
			await clock.sleep(backoffMs(failures, limits), signal);
		}
	}
}
