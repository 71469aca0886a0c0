import { hasCode, messageOf, SupervisorError, UpdatesLockedError } from '../kit/errors.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { LockInTheWay } from '../model/snapshot.ts';
import type { Logger } from '../kit/logger.ts';
import type { AppState } from './app-state.ts';
import type { Stake } from './attempts.ts';
import type { Conditions } from './conditions.ts';
import { durationText } from '../kit/duration-text.ts';
import type { LookOutcome } from './look-outcome.ts';

/** The app that pauses, and who hears of it. */
interface Subject {
	readonly app: AppState;
	readonly deps: {
		readonly conditions: Conditions;
		readonly announce: (message: string) => void;
		readonly log: Logger;
	};
}

export interface Attempt {
	/** The steps that failed, or another name for what did. */
	readonly stepIds: readonly string[];
	/** Other steps of the same attempt have failed already, so that this is no further failure in a row. */
	readonly isFurther: boolean;
	/** See Attempts.failed. */
	readonly stake?: Stake | undefined;
}

/** Notes a failure and says so. @returns milliseconds until what failed may be tried again */
export function noteFailure(
	{ app, deps }: Subject,
	err: unknown,
	{ stepIds, isFurther, stake }: Attempt,
): number {
	const minPauseMs = err instanceof SupervisorError ? err.retryAfterMs : undefined;
	const isLocked = hasCode(err, 'UPDATES_LOCKED');
	if (isFurther) app.attempts.alsoFailed(stepIds, stake);
	else app.attempts.failed(stepIds, { message: messageOf(err), minPauseMs, stake });
	const ms = app.attempts.restMs();
	if (isLocked || !isFurther) {
		app.pausePhase = isLocked ? 'locked' : 'backoff';
		app.lock = lockOf(err);
	}
	if (isLocked) {
		deps.announce(`Updates are locked, retrying in ${durationText(ms)}. Reason: ${messageOf(err)}`);
	}
	const { failures } = app.attempts;
	const told = { appUuid: app.appUuid, reason: messageOf(err), failures, retryInMs: ms };
	deps.log.warn(told, 'app not settled, will retry');
	return ms;
}

/**
 * Notes that a step is put off, which is no failure: what it needs is still being made elsewhere.
 * @returns milliseconds until it may be tried again
 */
export function notePostponed({ app, deps }: Subject, err: Error, step: Step): number {
	const ms = (err instanceof SupervisorError ? err.retryAfterMs : undefined) ?? leastPostponedMs;
	app.attempts.postponed([step.id], ms);
	if (app.attempts.failures === 0) {
		app.pausePhase = 'waiting';
		app.awaited = `for the delta of ${step.resource}, which is still being made`;
		app.lock = undefined;
	}
	deps.log.info({ appUuid: app.appUuid, reason: err.message, retryInMs: ms }, 'step is put off');
	return ms;
}

const leastPostponedMs = 1000;

/** The lock of a user that a failure tells of, if it does. */
export function lockOf(err: unknown): LockInTheWay | undefined {
	if (!(err instanceof UpdatesLockedError) || err.lock === undefined) return undefined;
	const { path, serviceName, ownerUid, since } = err.lock;
	return { path, serviceName, ownerUid, since };
}

/** Notes a failed attempt and pauses. @param stepIds - see Attempt.stepIds */
export function conclude(subject: Subject, err: unknown, stepIds: readonly string[]): LookOutcome {
	noteFailure(subject, err, { stepIds, isFurther: false });
	return pauseNow(subject);
}

/** Goes on with a pause that a look interrupted. */
export function resume(subject: Subject): LookOutcome {
	const { app, deps } = subject;
	const isTold = deps.conditions.get(app.appUuid)?.phase === app.pausePhase;
	const ms = app.attempts.restMs();
	if (!isTold) tellPause(subject, ms);
	return { kind: 'pause', ms };
}

/** Says what the app pauses for. */
export function pauseNow(subject: Subject): LookOutcome {
	const { attempts } = subject.app;
	tellPause(subject, attempts.pauseMs);
	return { kind: 'pause', ms: attempts.restMs() };
}

function tellPause({ app, deps }: Subject, retryInMs: number): void {
	const { failures, lastError } = app.attempts;
	const { pausePhase: phase, lock, awaited } = app;
	const reason = phase === 'waiting' ? awaited : (lastError ?? '');
	deps.conditions.set(app.appUuid, {
		...{ phase, reason, retryInMs, failures, lastError },
		...(lock !== undefined && { lock }),
	});
}

export function stuckError({ steps }: Plan): SupervisorError {
	const names = steps.map(({ kind, resource }) => `${kind} ${resource}`).join(', ');
	return new SupervisorError(`Done three times without lasting effect: ${names}`, {
		code: 'STEP_FAILED',
	});
}

export function idsOf(steps: readonly Step[]): string[] {
	return steps.map(({ id }) => id);
}
