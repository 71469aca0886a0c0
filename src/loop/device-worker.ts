import type { Executor } from '../execute/executor.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker } from '../kit/waker.ts';
import type { ObservedState } from '../model/observed.ts';
import type { TargetState } from '../model/target.ts';
import type { AppImages } from '../plan/delta-source.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { computeDevicePlan, type DevicePlanInput } from '../plan/device-plan.ts';
import { createAttempts, type AttemptsDeps } from './attempts.ts';
import type { DueReboot } from './due-reboot.ts';
import type { ImageLedger } from './image-ledger.ts';
import { watchingLock } from './lock-watch.ts';
import type { LoopWitness } from './loop-witness.ts';

export interface DeviceWorkerDeps extends Omit<AttemptsDeps, 'clock'> {
	readonly clock: Clock;
	readonly observe: (signal: AbortSignal) => Promise<ObservedState>;
	/** The target, when images may be removed: no app works on it now, or room is needed. */
	readonly tidyTarget: (isRoomNeeded: boolean) => TargetState | undefined;
	/** See DevicePlanInput.deltaImages. */
	readonly deltaImages: () => AppImages;
	/** The target, when every app is at rest or fails again and again. */
	readonly stalledTarget: () => TargetState | undefined;
	readonly execute: Executor['execute'];
	readonly ledger: ImageLedger;
	/** See DueReboot.attend. */
	readonly attendDueReboot: (target: TargetState) => Promise<number>;
	readonly dueReboot: Pick<DueReboot, 'lock' | 'hurry'>;
	/** See UpdateLocks.untilReleased. */
	readonly untilReleased: (path: string, signal: AbortSignal) => Promise<void>;
	readonly witness?: Pick<LoopWitness, 'planMade'> | undefined;
	readonly log: Logger;
}

/** Does what belongs to no app: removes unused images while no app is worked on, and attends to a reboot that is due. */
export interface DeviceWorker extends Job {
	/** An app came to rest or pauses. */
	notice(): void;
	/** The disk is full: unused images go, whatever the apps do. */
	makeRoom(): void;
	/** An app has work again: begins no further step. */
	interrupt(): void;
}

export function createDeviceWorker(deps: DeviceWorkerDeps): DeviceWorker {
	const waker = createWaker(deps.clock);
	const attempts = createAttempts(deps);
	let look: LinkedAbort | undefined;
	let isRoomNeeded = false;
	const onReleased = (): void => {
		deps.dueReboot.hurry();
		waker.wake();
	};
	/** A lock that prevents a reboot ends it when it is given back. */
	const pause = (ms: number, signal: AbortSignal): Promise<void> =>
		watchingLock(
			deps.dueReboot.lock,
			{ ...deps, onReleased, signal },
			() => waker.wait(ms, signal).catch(() => undefined), // rejects only when the signal fires
		);
	return {
		name: 'device',
		notice: () => waker.wake(),
		makeRoom() {
			isRoomNeeded = true;
			waker.wake();
		},
		interrupt: () => look?.abort(),
		async run(signal) {
			let pauseMs = Infinity;
			while (!signal.aborted) {
				await pause(pauseMs, signal);
				const own = linkAbort(signal);
				look = own;
				const target = deps.tidyTarget(isRoomNeeded);
				// Room for an image as a whole is worth more than what a delta may be made of.
				const deltaImages = isRoomNeeded ? {} : deps.deltaImages();
				isRoomNeeded = false;
				pauseMs =
					target === undefined
						? Infinity
						: await tidy({ target, deltaImages }, own.signal, { ...deps, attempts });
				own.unlink();
			}
		},
	};
}

type TidyDeps = DeviceWorkerDeps & { readonly attempts: ReturnType<typeof createAttempts> };

type Wanted = Pick<DevicePlanInput, 'target' | 'deltaImages'>;

/** @returns milliseconds until the next attempt; `Infinity`: when something happens */
async function tidy(wanted: Wanted, signal: AbortSignal, deps: TidyDeps): Promise<number> {
	try {
		return await tidyUp(wanted, signal, deps);
	} catch (err) {
		if (signal.aborted) return Infinity;
		const pauseMs = deps.attempts.failed(['device'], { message: messageOf(err) });
		deps.log.warn({ err, retryInMs: pauseMs }, 'device plan failed, will retry');
		return pauseMs;
	}
}

async function tidyUp(wanted: Wanted, signal: AbortSignal, deps: TidyDeps): Promise<number> {
	const { attempts, ledger, execute, log } = deps;
	const observed = await deps.observe(signal);
	const plan = computeDevicePlan({ ...wanted, observed, storedImages: ledger.references() });
	const lines = describePlan(plan);
	const text = lines.join('\n');
	if (lines.length === 0) attempts.reset();
	if (signal.aborted) return Infinity;
	if (lines.length === 0) {
		const stalled = deps.stalledTarget();
		return stalled === undefined ? Infinity : deps.attendDueReboot(stalled);
	}
	if (attempts.restMs() > 0) return attempts.restMs();
	if (attempts.isStuck(text)) return attempts.failed(['device'], { message: 'no lasting effect' });
	log.info({ plan: lines }, 'plan');
	deps.witness?.planMade({ plan, lines, isAsked: false });
	const { failures } = await execute(plan, { signal });
	const [failure] = failures;
	if (failure !== undefined) throw failure.err;
	attempts.done(text);
	return 0;
}
