import type { AppId, AppUuid } from '../model/ids.ts';
import type { LockInTheWay } from '../model/snapshot.ts';
import type { RejectedApp, TargetApp } from '../model/target.ts';
import { createSpecCache, type SpecCache } from '../plan/spec-cache.ts';
import { createAttempts, type Attempts, type AttemptsDeps } from './attempts.ts';
import type { PlanRun } from './plan-run.ts';
import { RequestBook } from './request-book.ts';

/** What is wanted of one app, and what was tried for it. Changed by its worker only. */
export interface AppState {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/** Absent: the app is not wanted any more. */
	target: TargetApp | undefined;
	/** Present: the app's new target is unusable, and what it runs stays as it is. */
	rejected: RejectedApp | undefined;
	/** Delete update locks that users hold, until the app settles. */
	force: boolean;
	/** Nothing is left to do, or nothing can be done before a new target. */
	isAtRest: boolean;
	/** Kind of the last pause. */
	pausePhase: 'backoff' | 'locked' | 'waiting';
	/** What is waited for elsewhere, in words, while nothing fails. */
	awaited: string;
	/** The lock that the last pause waits for, where a user holds it. */
	lock: LockInTheWay | undefined;
	/** The plan that is being carried out. */
	run: PlanRun | undefined;
	/** What its services want, computed once. */
	readonly specs: SpecCache;
	readonly requests: RequestBook;
	readonly attempts: Attempts;
	/** Images that can never be had, with the reason, until the target changes or somebody asks to try again. */
	readonly refusedImages: Map<string, string>;
}

/** An app of which nothing is wanted and nothing was tried yet. */
export function createAppState(
	{ appUuid, appId }: Pick<AppState, 'appUuid' | 'appId'>,
	deps: AttemptsDeps,
): AppState {
	return {
		appUuid,
		appId,
		target: undefined,
		rejected: undefined,
		force: false,
		isAtRest: false,
		pausePhase: 'backoff',
		awaited: '',
		lock: undefined,
		run: undefined,
		specs: createSpecCache(),
		requests: new RequestBook(appUuid),
		attempts: createAttempts(deps),
		refusedImages: new Map(),
	};
}
