import isEqual from 'lodash/isEqual.js';
import { SupervisorError } from '../kit/errors.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { AppUuid } from '../model/ids.ts';
import type { Intent } from '../model/plan.ts';
import type { BlockedReboot } from '../model/snapshot.ts';
import type { TargetState } from '../model/target.ts';
import type { PowerOrder } from '../ports/host.ts';
import { AppRegistry } from './app-registry.ts';
import { createAttempts } from './attempts.ts';
import { createDueReboot, type DueReboot } from './due-reboot.ts';
import { createExplainer } from './explainer.ts';
import { createLoopParts, type LoopParts } from './loop-parts.ts';
import { createOverseer } from './overseer.ts';
import { createPowerOrders, type PowerOrders } from './power-orders.ts';
import type { ReconcilerDeps } from './reconciler-deps.ts';
import type { RequestOptions } from './request-book.ts';

export interface SetTargetOptions {
	/** Delete update locks that users hold, in every app that is not settled. Default false. */
	readonly force?: boolean;
	/** Begin anew also with apps whose target did not change. Default false. */
	readonly cancel?: boolean;
}

/** Keeps the device's apps at their targets. Touches nothing before the first target. */
export interface Reconciler extends Job {
	/** The target holds from now on; apps whose part of it did not change are left undisturbed. */
	setTarget(target: TargetState, options?: SetTargetOptions): void;
	/**
	 * Resolves when the world shows the intents met; without intents, when the app is settled. Rejects with the failure of
	 * the first attempt, with SUPERSEDED when another request or target took its place, or with APP_NOT_FOUND.
	 */
	request(appUuid: AppUuid, intents: readonly Intent[], options: RequestOptions): Promise<void>;
	/** Ends all pauses, and with `cancel` what runs. `force`: see SetTargetOptions. */
	retryNow(options: SetTargetOptions): void;
	/** See PowerOrders.give. @throws {SupervisorError} UPDATES_LOCKED, HOST_FAILED */
	goDown(order: PowerOrder, options: { readonly force: boolean }): Promise<void>;
}

export function createReconciler(deps: ReconcilerDeps): Reconciler {
	const { board, store, progress, log } = deps;
	const parts = createLoopParts(deps);
	const orders = powerOrdersOf(deps, parts);
	const apps = new AppRegistry(deps, { ...parts, dueReboot: dueRebootOf(deps, orders) });
	const overseer = createOverseer(deps, { ...parts, apps });
	const explainer = createExplainer(deps);
	return {
		name: 'reconciler',
		setTarget(target, { force = false, cancel = false } = {}) {
			const isOtherwise = areSettingsOther(board.snapshot().target, target);
			board.update({ target });
			apps.setTarget(target, { force, cancel });
			if (isOtherwise) apps.retryNow({ force: false, cancel: false });
			overseer.wake();
		},
		async request(appUuid, intents, options) {
			const worker = apps.find(appUuid);
			if (worker === undefined) throw unknownApp(appUuid);
			await worker.request(intents, options, board.snapshot().observed);
			await parts.stopped.remember(appUuid, intents, board.snapshot().observed);
		},
		retryNow: ({ force = false, cancel = false }) => apps.retryNow({ force, cancel }),
		goDown: (order, { force }) => orders.give(order, { force }),
		async run(signal) {
			const unsubscribe = progress.subscribe((event) => {
				parts.feed.tell(event);
				parts.ledger.hear(event);
				explainer.hear(event);
			});
			try {
				const { ledger, stopped, adoptions } = parts;
				await Promise.all([ledger, stopped, adoptions, explainer].map((part) => part.load()));
				board.update({ currentCommits: await store.currentCommits() });
				apps.start(signal);
				const jobs = [parts.gate, overseer, orders, explainer];
				await Promise.all([...jobs.map((job) => job.run(signal)), aborted(signal)]);
			} finally {
				await apps.ended();
				await deps.executor.drain();
				parts.feed.stop();
				unsubscribe();
				log.debug({}, 'reconciler ended');
			}
		},
	};
}

function unknownApp(appUuid: AppUuid): SupervisorError {
	return new SupervisorError(`App not found: ${appUuid}`, {
		code: 'APP_NOT_FOUND',
		retry: 'never',
	});
}

function powerOrdersOf(deps: ReconcilerDeps, { hold }: LoopParts): PowerOrders {
	return createPowerOrders({
		...deps,
		locks: deps.powerLocks,
		snapshot: () => deps.board.snapshot(),
		hold: () => hold.take(),
	});
}

function dueRebootOf(deps: ReconcilerDeps, orders: PowerOrders): DueReboot {
	const attempts = createAttempts({ ...deps, limits: deps.backoffLimits });
	const { board, rebootMark } = deps;
	const tell = (blockedReboot: BlockedReboot | undefined): void => {
		if (!isEqual(board.snapshot().blockedReboot, blockedReboot)) board.update({ blockedReboot });
	};
	return createDueReboot({ ...deps, mark: rebootMark, orders, attempts, tell });
}

/** True when the two differ in what concerns all apps. */
function areSettingsOther(before: TargetState | undefined, now: TargetState): boolean {
	const { deviceName, config } = now;
	return !isEqual(
		{ deviceName: before?.deviceName, config: before?.config },
		{ deviceName, config },
	);
}
