import { hasCode, messageOf } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import { createWaker } from '../kit/waker.ts';
import { appsToPlan } from '../plan/apps-to-plan.ts';
import type { AppRegistry } from './app-registry.ts';
import { createAttempts } from './attempts.ts';
import type { LoopParts } from './loop-parts.ts';
import type { ReconcilerDeps } from './reconciler-deps.ts';

/** Watches the world for all apps: one reading for every change, however many apps there are. */
export interface Overseer extends Job {
	/** Reads the world again. */
	wake(): void;
}

/** While apps are worked on, changes are mostly ours, and whoever makes them looks by himself. */
const busySpacingMs = 1000;

export type OverseerParts = LoopParts & { readonly apps: AppRegistry };

export function createOverseer(deps: ReconcilerDeps, parts: OverseerParts): Overseer {
	const { observer, board, clock, random, backoffLimits: limits, log } = deps;
	const waker = createWaker(clock);
	const attempts = createAttempts({ clock, random, limits });

	const watch = async (signal: AbortSignal): Promise<void> => {
		const observed = await parts.observe(signal);
		const { target } = board.snapshot();
		if (target !== undefined) parts.apps.adopt(appsToPlan(target, observed));
		parts.apps.notice(observed);
		attempts.reset();
	};
	const recover = async (err: unknown, signal: AbortSignal): Promise<void> => {
		if (signal.aborted) return;
		waker.wake();
		if (hasCode(err, 'ENGINE_UNAVAILABLE')) {
			parts.apps.notice(undefined);
			return parts.gate.untilOpen(signal);
		}
		const pauseMs = attempts.failed(['watch'], { message: messageOf(err) });
		log.warn({ err, retryInMs: pauseMs }, 'engine could not be read, will retry');
		await clock.sleep(pauseMs, signal).catch(() => undefined); // rejects only when the signal fires
	};

	return {
		name: 'overseer',
		wake: () => waker.wake(),
		async run(signal) {
			const unsubscribe = observer.onChange(() => waker.wake());
			waker.wake();
			while (!signal.aborted) {
				await waker.wait(Infinity, signal).catch(() => undefined); // likewise
				await watch(signal).catch((err: unknown) => recover(err, signal));
				if (!parts.apps.isAtRest) await clock.sleep(busySpacingMs, signal).catch(() => undefined);
			}
			unsubscribe();
		},
	};
}
