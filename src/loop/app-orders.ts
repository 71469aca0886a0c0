import isEqual from 'lodash/isEqual.js';
import type { LinkedAbort } from '../kit/linked-abort.ts';
import type { Waker } from '../kit/waker.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import type { RejectedApp, TargetApp } from '../model/target.ts';
import { waitingForEngine } from './attempt-look.ts';
import type { LookDeps } from './look-deps.ts';
import type { AppState } from './app-state.ts';
import { supersededError, type RequestOptions } from './request-book.ts';

/** What an app's worker may be told. */
export interface AppOrders {
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
	/** The world may have changed. @param observed - how it is, when it could be read */
	notice(observed: ObservedState | undefined): void;
}

export interface OrderDeps extends Pick<LookDeps, 'conditions' | 'stopped'> {
	readonly isEngineAway: () => boolean;
}

/** Of a worker, what orders change. */
export interface WorkerParts {
	readonly app: AppState;
	readonly waker: Waker;
	/** The look under way, so that orders can end it. */
	look: LinkedAbort | undefined;
	/** Somebody asked to try at once since the look under way began: no pause follows it. */
	isHurried: boolean;
	/** Nothing is done until it is woken. */
	isPausing: boolean;
}

export function createAppOrders(parts: WorkerParts, deps: OrderDeps): AppOrders {
	return { ...targetOrders(parts, deps), ...wishes(parts) };
}

/** Ends the running plan and any pause. */
function cut(parts: WorkerParts): void {
	parts.app.isAtRest = false;
	hurry(parts);
	parts.look?.abort();
}

/** Ends any pause; none follows the look under way. */
export function hurry(parts: WorkerParts): void {
	parts.isHurried = true;
	parts.app.attempts.cutShort();
	parts.app.run?.hurry();
	parts.waker.wake();
}

function targetOrders(
	parts: WorkerParts,
	{ conditions, stopped, isEngineAway }: OrderDeps,
): Pick<AppOrders, 'setTarget' | 'reject' | 'retryNow'> {
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
	const retryNow: AppOrders['retryNow'] = ({ force, cancel }) => {
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

function wishes(parts: WorkerParts): Pick<AppOrders, 'request' | 'notice'> {
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
