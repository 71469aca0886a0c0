import isEqual from 'lodash/isEqual.js';
import omit from 'lodash/omit.js';
import type { Clock } from '../kit/clock.ts';
import type { AppCondition } from '../model/snapshot.ts';
import type { StateBoard } from './board.ts';

/** The condition of each app on the board. */
export interface Conditions {
	/**
	 * Publishes it when it differs from what is on the board; `since` is kept while the phase stays, and what a plan said
	 * of services while the app is worked on or pauses.
	 */
	set(appUuid: string, condition: Omit<AppCondition, 'since'>): void;
	/** Replaces the reason only; an app without a condition is `applying`. */
	explain(appUuid: string, reason: string): void;
	get(appUuid: string): AppCondition | undefined;
	remove(appUuid: string): void;
}

export function createConditions(
	board: Pick<StateBoard, 'snapshot' | 'update'>,
	clock: Pick<Clock, 'now'>,
): Conditions {
	const get = (appUuid: string): AppCondition | undefined => board.snapshot().apps[appUuid];
	const set: Conditions['set'] = (appUuid, condition) => {
		const before = get(appUuid);
		const isSamePhase = before?.phase === condition.phase;
		const since = isSamePhase ? before.since : clock.now().getTime();
		const { services = keptServices(condition, before) } = condition;
		const next = { ...condition, since, ...(services !== undefined && { services }) };
		if (isEqual(before, next)) return;
		board.update({ apps: { ...board.snapshot().apps, [appUuid]: next } });
	};
	return {
		get,
		set,
		explain(appUuid, reason) {
			const before = get(appUuid) ?? { phase: 'applying', failures: 0 };
			set(appUuid, { ...before, reason });
		},
		remove(appUuid) {
			if (get(appUuid) === undefined) return;
			board.update({ apps: omit(board.snapshot().apps, appUuid) });
		},
	};
}

function keptServices(
	{ phase }: Pick<AppCondition, 'phase'>,
	before: AppCondition | undefined,
): AppCondition['services'] {
	const isOver = phase === 'settled' || phase === 'rejected';
	return isOver ? undefined : before?.services;
}
