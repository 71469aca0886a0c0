import type { Clock } from '../kit/clock.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import { createWaker } from '../kit/waker.ts';
import type { Job } from '../kit/job.ts';
import type { AppId, AppUuid } from '../model/ids.ts';
import { attemptLook } from './attempt-look.ts';
import type { LookDeps } from './look-deps.ts';
import { createAppState, type AppState } from './app-state.ts';
import type { AttemptsDeps } from './attempts.ts';
import { watchingLock } from './lock-watch.ts';
import type { LookOutcome } from './look-outcome.ts';
import type { LoopWitness } from './loop-witness.ts';
import { supersededError } from './request-book.ts';
import {
	createAppOrders,
	hurry,
	type AppOrders,
	type OrderDeps,
	type WorkerParts,
} from './app-orders.ts';

/** Brings one app to its target, and keeps it there. */
export interface AppWorker extends AppOrders, Job {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/** Begins no further step of the plan under way; the next look comes at once. */
	interrupt(): void;
	/** Nothing is done for the app at this moment. */
	readonly isQuiet: boolean;
	/** It is at rest, or has failed so often in a row that others need not wait for it. */
	readonly isStalled: boolean;
	/** The app needs nothing: it is settled, or nothing can be done for it before a new target. */
	readonly isAtRest: boolean;
}

export interface AppWorkerDeps extends LookDeps, OrderDeps, Omit<AttemptsDeps, 'clock'> {
	readonly clock: Clock;
	readonly witness?: LoopWitness | undefined;
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
		...createAppOrders(parts, deps),
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
