import isEqual from 'lodash/isEqual.js';
import type { Clock } from '../kit/clock.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import type { Job } from '../kit/job.ts';
import type { AppId, AppUuid } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import type { RejectedApp, TargetApp } from '../model/target.ts';
import { attemptLook, waitingForEngine } from './attempt-look.ts';
import type { LookDeps } from './look-deps.ts';
import { createAppState, type AppState } from './app-state.ts';
import type { AttemptsDeps } from './attempts.ts';
import { watchingLock } from './lock-watch.ts';
import type { LookOutcome } from './look-outcome.ts';
import type { LoopWitness } from './loop-witness.ts';
import { supersededError, type RequestOptions } from './request-book.ts';

/** Brings one app to its target, and keeps it there. */
export interface AppWorker extends Job {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/**
	 * The app's new target; absent: the app goes. A target that differs ends the running plan and what people asked for;
	 * `cancel` ends the running plan in any case.
	 * @param options.force - delete update locks that users hold, until the app settles
	 */
	setTarget(target: TargetApp | undefined, options: { force: boolean; cancel: boolean }): void;
	/** The app's new target is unusable: nothing of the app is touched until the next one. */
	reject(rejected: RejectedApp): void;
	/** See RequestBook.add. */
	request(
		intents: readonly Intent[],
		options: RequestOptions,
		observed: ObservedState | undefined,
	): Promise<void>;
	/**
	 * Tries again at once.
	 * @param options.force - delete update locks that users hold, unless the app is at rest
	 * @param options.cancel - end the running plan first
	 */
	retryNow(options: { force: boolean; cancel: boolean }): void;
	/** Begins no further step of the plan under way; the next look comes at once. */
	interrupt(): void;
	/** The world may have changed. @param observed - how it is, when it could be read */
	notice(observed: ObservedState | undefined): void;
	/** Nothing is done for the app at this moment. */
	readonly isQuiet: boolean;
	/** It is at rest, or has failed so often in a row that others need not wait for it. */
	readonly isStalled: boolean;
	/** The app needs nothing: it is settled, or nothing can be done for it before a new target. */
	readonly isAtRest: boolean;
}

export interface AppWorkerDeps extends LookDeps, Omit<AttemptsDeps, 'clock'> {
	readonly clock: Clock;
	readonly witness?: LoopWitness | undefined;
	readonly isEngineAway: () => boolean;
	readonly untilEngineAnswers: (signal: AbortSignal) => Promise<void>;
	/** See UpdateLocks.untilReleased. */
	readonly untilReleased: (path: string, signal: AbortSignal) => Promise<void>;
	/** Resolves when looks may begin, or when the signal fires. */
	readonly untilFree: (signal: AbortSignal) => Promise<void>;
	/** Called before the first look: gives back update locks that a former process of ours left. */
	readonly releaseLeftovers: (app: AppState) => Promise<void>;
	/** The app came to rest. */
	readonly onRest: (app: AppState) => void;
	/** The app pauses. */
	readonly onPause: () => void;
	/** An unwanted app is gone from the engine: what is known of it may go, too. */
	readonly forget: (appUuid: AppUuid) => Promise<void>;
	/** The worker ends now: nothing more may be asked of it. */
	readonly onGone: (appUuid: AppUuid) => void;
}

interface WorkerParts {
	readonly app: AppState;
	readonly waker: Waker;
	/** The look under way, so that orders can end it. */
	look: LinkedAbort | undefined;
	/** Somebody asked to try at once since the look under way began: no pause follows it. */
	isHurried: boolean;
	/** Nothing is done until it is woken. */
	isPausing: boolean;
}

export function createAppWorker(
	{ appUuid, appId }: { readonly appUuid: AppUuid; readonly appId: AppId },
	deps: AppWorkerDeps,
): AppWorker {
	const app = createAppState({ appUuid, appId }, deps);
	const parts: WorkerParts = {
		app,
		waker: createWaker(deps.clock),
		look: undefined,
		isHurried: false,
		isPausing: false,
	};
	return {
		name: `app ${appUuid}`,
		appUuid,
		appId,
		...targetOrders(parts, deps),
		...wishes(parts),
		interrupt: () => parts.look?.abort(),
		get isQuiet() {
			return parts.isPausing;
		},
		get isStalled() {
			const { isAtRest, attempts, pausePhase } = app;
			const isFailing = attempts.failures >= failuresUntilStalled && pausePhase === 'backoff';
			return isAtRest || (parts.isPausing && isFailing);
		},
		get isAtRest() {
			return app.isAtRest;
		},
		async run(signal) {
			await deps.releaseLeftovers(app);
			let isOver = false;
			while (!isOver && !signal.aborted) {
				await deps.untilFree(signal);
				const outcome = await lookOnce(parts, signal, deps);
				isOver = app.isAtRest && (await isForgotten(app, deps));
				if (!isOver) await pause(parts, outcome, { ...deps, signal });
			}
			app.requests.rejectAll(supersededError());
			if (isOver) deps.onGone(appUuid);
		},
	};
}

async function lookOnce(
	parts: WorkerParts,
	signal: AbortSignal,
	deps: AppWorkerDeps,
): Promise<LookOutcome> {
	const { app } = parts;
	const own = linkAbort(signal);
	parts.look = own;
	parts.isHurried = false;
	const startedMs = deps.clock.monotonicMs();
	const outcome = await attemptLook({ app, signal: own.signal, deps });
	own.unlink();
	const tookMs = deps.clock.monotonicMs() - startedMs;
	deps.witness?.looked({ appUuid: app.appUuid, outcome: outcome.kind, tookMs });
	app.isAtRest = outcome.kind === 'rest';
	return outcome.kind === 'pause' && isHurried(parts) ? withoutPause(app) : outcome;
}

/** Read anew: orders come while the look is under way. */
function isHurried(parts: WorkerParts): boolean {
	return parts.isHurried;
}

function withoutPause({ attempts }: AppState): LookOutcome {
	attempts.cutShort();
	return { kind: 'again' };
}

const failuresUntilStalled = 3;

/** For waits that only reject when their signal fires, where the loop looks at the signal itself. */
const ignore = (): void => undefined;

async function pause(
	parts: WorkerParts,
	outcome: LookOutcome,
	{
		onRest,
		onPause,
		untilEngineAnswers,
		untilReleased,
		clock,
		signal,
	}: AppWorkerDeps & { readonly signal: AbortSignal },
): Promise<void> {
	if (outcome.kind === 'again') return;
	if (outcome.kind === 'engineAway') return untilEngineAnswers(signal);
	parts.isPausing = true;
	if (outcome.kind === 'rest') onRest(parts.app);
	else onPause();
	const ms = outcome.kind === 'rest' ? Infinity : outcome.ms;
	const wait = (): Promise<unknown> => parts.waker.wait(ms, signal).catch(ignore);
	const onReleased = (): void => hurry(parts);
	if (outcome.kind === 'rest') await wait();
	else {
		const { lock, pausePhase } = parts.app;
		const watched = pausePhase === 'locked' ? lock : undefined;
		await watchingLock(watched, { untilReleased, onReleased, clock, signal }, wait);
	}
	parts.isPausing = false;
}

/** True when the app is unwanted and nothing of it is left; what is known of it is forgotten then. */
async function isForgotten(app: AppState, deps: AppWorkerDeps): Promise<boolean> {
	const isUnwanted = (): boolean => app.target === undefined && app.rejected === undefined;
	if (!isUnwanted()) return false;
	await deps.forget(app.appUuid);
	return isUnwanted() && app.requests.isEmpty;
}

/** Ends the running plan and any pause. */
function cut(parts: WorkerParts): void {
	parts.app.isAtRest = false;
	hurry(parts);
	parts.look?.abort();
}

/** Ends any pause; none follows the look under way. */
function hurry(parts: WorkerParts): void {
	parts.isHurried = true;
	parts.app.attempts.cutShort();
	parts.app.run?.hurry();
	parts.waker.wake();
}

function targetOrders(
	parts: WorkerParts,
	{
		conditions,
		stopped,
		isEngineAway,
	}: Pick<AppWorkerDeps, 'conditions' | 'stopped' | 'isEngineAway'>,
): Pick<AppWorker, 'setTarget' | 'reject' | 'retryNow'> {
	const { app } = parts;
	const replace = (target: TargetApp | undefined, rejected: RejectedApp | undefined): void => {
		app.target = target;
		app.rejected = rejected;
		app.force = false;
		app.attempts.reset();
		app.refusedImages.clear();
		app.requests.rejectAll(supersededError());
		cut(parts);
	};
	const retryNow: AppWorker['retryNow'] = ({ force, cancel }) => {
		app.force ||= force && !app.isAtRest;
		app.refusedImages.clear();
		hurry(parts);
		if (cancel) parts.look?.abort();
	};
	return {
		setTarget(target, { force, cancel }) {
			const isSame = app.rejected === undefined && isEqual(app.target, target);
			if (!isSame) {
				replace(target, undefined);
				stopped.release(app.appUuid);
				const reason = isEngineAway() ? waitingForEngine : 'the target changed';
				conditions.set(app.appUuid, { phase: 'applying', reason, failures: 0 });
			}
			if (isSame && cancel) {
				cut(parts);
				conditions.set(app.appUuid, {
					phase: 'applying',
					reason: 'the target was set again',
					failures: 0,
				});
			}
			if (force) retryNow({ force, cancel: false });
		},
		reject(rejected) {
			if (!isEqual(app.rejected, rejected)) replace(app.target, rejected);
		},
		retryNow,
	};
}

function wishes(parts: WorkerParts): Pick<AppWorker, 'request' | 'notice'> {
	const { app, waker } = parts;
	return {
		request(intents, options, observed) {
			const met = app.requests.add(intents, options, observed);
			if (intents.length > 0) cut(parts);
			waker.wake();
			return met;
		},
		notice(observed) {
			if (observed !== undefined) {
				app.requests.settleBy(observed);
				app.run?.notice(observed);
			}
			waker.wake();
		},
	};
}
