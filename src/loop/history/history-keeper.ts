import isEqual from 'lodash/isEqual.js';
import mapValues from 'lodash/mapValues.js';
import type { Clock } from '../../kit/clock.ts';
import { createQueue } from '../../kit/queue.ts';
import type { Logger } from '../../kit/logger.ts';
import type { TargetOrigin } from '../../model/event-target.ts';
import type { ChangedBy, ChangeOutcome, NewHistoryEntry } from '../../model/history.ts';
import type { Plan } from '../../model/plan.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import type { AppCondition, DeviceSnapshot } from '../../model/snapshot.ts';
import type { TargetState } from '../../model/target.ts';
import type { PowerOrder } from '../../ports/host.ts';
import type { HistoryStore } from '../../ports/history-store.ts';
import type { AppIdOf } from '../../report/events-steps.ts';
import { changeOfRequest, type SeenRequest } from '../../report/history-requests.ts';
import { attribute, authorOf, changedApps, findApp } from './attribution.ts';
import { powerEntry, refusalEntry, requestEntry } from './entries.ts';
import { openChange, type OpenChange } from './open-change.ts';

export interface HistoryKeeperDeps {
	readonly store: Pick<HistoryStore, 'addHistory'>;
	readonly snapshot: () => Pick<DeviceSnapshot, 'currentCommits'>;
	readonly appIdOf: AppIdOf;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Writes down every change of the device once it is over. */
export interface HistoryKeeper {
	/** A target is about to be in force. */
	targetAccepted(target: TargetState, origin: TargetOrigin): void;
	targetRejected(reason: string, origin: TargetOrigin): void;
	/** A plan is about to be carried out. */
	planMade(made: PlanMade): void;
	progress(event: ProgressEvent): void;
	/** How the apps stand now. */
	conditions(apps: Readonly<Record<string, AppCondition>>): void;
	/** A request of the local API is over. */
	requested(request: SeenRequest): void;
	/** The host is about to go down. */
	goingDown(order: PowerOrder): void;
	/** Resolves when all there is to write is written. */
	flush(): Promise<void>;
}

interface PlanMade {
	readonly appUuid?: string | undefined;
	readonly plan: Plan;
	/** A person asked for some of it: that request is written down by itself. */
	readonly isAsked: boolean;
}

/** A host that was told to go down does so a second later. */
const askedDownMs = 10_000;

export function createHistoryKeeper(deps: HistoryKeeperDeps): HistoryKeeper {
	return new Keeper(deps);
}

class Keeper implements HistoryKeeper {
	readonly #deps: HistoryKeeperDeps;
	readonly #writes = createQueue();
	/** Changes under way, by app. */
	readonly #open = new Map<string, OpenChange>();
	/** Apps whose target changed since they were settled last. */
	readonly #changed = new Set<string>();
	#phases: Readonly<Record<string, AppCondition['phase']>> = {};
	#target: TargetState | undefined;
	#author: ChangedBy = authorOf.cloud;
	#askedDownAtMs = -Infinity;

	constructor(deps: HistoryKeeperDeps) {
		this.#deps = deps;
	}

	targetAccepted(target: TargetState, origin: TargetOrigin): void {
		const before = this.#target;
		this.#target = target;
		this.#author = authorOf[origin];
		if (before === undefined) return; // the last process' target: the commits tell what of it is new
		for (const appUuid of changedApps(before, target)) {
			this.#finish(appUuid, 'superseded');
			this.#changed.add(appUuid);
		}
		for (const app of target.rejected) {
			if (before.rejected.some((known) => isEqual(known, app))) continue;
			const { appUuid, appId, name: appName, reasons } = app;
			this.#refused({ appUuid, appId, appName, error: reasons.join('; ') });
		}
	}

	targetRejected(reason: string, origin: TargetOrigin): void {
		this.#refused({ error: reason }, authorOf[origin]);
	}

	planMade({ appUuid, plan, isAsked }: PlanMade): void {
		if (appUuid === undefined || this.#open.has(appUuid)) return;
		const start = attribute({
			...{ appUuid, plan },
			appId: this.#deps.appIdOf(appUuid),
			target: findApp(this.#target, appUuid),
			author: this.#author,
			currentCommit: this.#deps.snapshot().currentCommits[appUuid],
			isTargetNew: this.#changed.has(appUuid),
		});
		if (isAsked && start.kind === 'repair') return;
		this.#open.set(appUuid, openChange(start, this.#deps.clock));
	}

	progress(event: ProgressEvent): void {
		if (event.kind !== 'stepDone' && event.kind !== 'stepFailed') return;
		const change = this.#open.get(event.step.appUuid ?? '');
		if (event.kind === 'stepDone') change?.done(event.step);
		else change?.failed(event.step, event.err);
	}

	conditions(apps: Readonly<Record<string, AppCondition>>): void {
		this.#forgetIdle(apps);
		for (const appUuid of [...this.#open.keys()]) {
			const { phase, reason } = apps[appUuid] ?? { phase: 'settled', reason: '' }; // the app is gone
			if (phase === 'rejected') this.#finish(appUuid, 'failed', reason);
			// Whoever waits for another service goes on by itself; after a reboot this is another process.
			const isOver = phase === 'settled' || (phase === 'waiting' && reason.includes('reboot'));
			if (isOver) this.#finish(appUuid, 'done');
		}
	}

	requested(request: SeenRequest): void {
		const { clock } = this.#deps;
		const change = changeOfRequest(request);
		if (change === undefined) return;
		const isDown = change.kind === 'reboot' || change.kind === 'shutdown';
		if (isDown && change.outcome === 'done') this.#askedDownAtMs = clock.monotonicMs();
		this.#write(requestEntry(request, change, { clock, target: this.#target }));
	}

	goingDown(order: PowerOrder): void {
		const { clock } = this.#deps;
		const isAsked = clock.monotonicMs() - this.#askedDownAtMs < askedDownMs;
		if (!isAsked) this.#write(powerEntry(order, clock));
	}

	flush(): Promise<void> {
		return this.#writes.run(() => Promise.resolve());
	}

	/** New targets that led to no plan; while an app begins to apply, it counts as settled still. */
	#forgetIdle(apps: Readonly<Record<string, AppCondition>>): void {
		const before = this.#phases;
		this.#phases = mapValues(apps, ({ phase }) => phase);
		for (const appUuid of [...this.#changed]) {
			const isOver = this.#phases[appUuid] === 'settled' && before[appUuid] !== 'settled';
			if (isOver && !this.#open.has(appUuid)) this.#changed.delete(appUuid);
		}
	}

	#finish(appUuid: string, outcome: ChangeOutcome, error?: string): void {
		const change = this.#open.get(appUuid);
		if (change === undefined) return;
		this.#open.delete(appUuid);
		this.#changed.delete(appUuid);
		const entry = change.finish(outcome, error);
		if (entry !== undefined) this.#write(entry);
	}

	#refused(
		refusal: Omit<Parameters<typeof refusalEntry>[0], 'by'>,
		by: ChangedBy = this.#author,
	): void {
		this.#write(refusalEntry({ ...refusal, by }, this.#deps.clock));
	}

	#write(entry: NewHistoryEntry): void {
		const { store, log } = this.#deps;
		void this.#writes
			.run(() => store.addHistory(entry))
			.catch((err: unknown) => log.warn({ err }, 'change could not be written down'));
	}
}
