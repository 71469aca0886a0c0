import type { NewEvent } from '../model/event.ts';
import type { AppCondition } from '../model/snapshot.ts';
import { shortened, type AppIdOf } from './events-steps.ts';

type Conditions = Readonly<Record<string, AppCondition>>;

/** @returns what is new about how the apps stand */
export function eventsOfConditions(
	before: Conditions,
	now: Conditions,
	appIdOf: AppIdOf,
): readonly NewEvent[] {
	if (before === now) return [];
	const gone = Object.keys(before).filter((appUuid) => !(appUuid in now));
	return [
		...Object.entries(now)
			.filter(([appUuid, condition]) => isNews(before[appUuid], condition))
			.map(([appUuid, condition]) => eventOf(appUuid, condition, appIdOf)),
		...gone.map((appUuid): NewEvent => ({ type: 'app.gone', appUuid, appId: appIdOf(appUuid) })),
	];
}

function isNews(before: AppCondition | undefined, now: AppCondition): boolean {
	if (before === now) return false;
	return (
		before?.phase !== now.phase || before.reason !== now.reason || before.failures !== now.failures
	);
}

function eventOf(
	appUuid: string,
	{ phase, reason, failures, retryInMs, lastError }: AppCondition,
	appIdOf: AppIdOf,
): NewEvent {
	return {
		type: 'app.condition',
		appUuid,
		appId: appIdOf(appUuid),
		phase,
		reason: shortened(reason),
		failures,
		retryInMs: retryInMs === undefined ? undefined : Math.round(retryInMs),
		lastError: lastError === undefined ? undefined : shortened(lastError),
	};
}
