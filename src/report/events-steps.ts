import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { NewEvent } from '../model/event.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';

/** Number of an app, where it is known. */
export type AppIdOf = (appUuid: string | undefined) => number | undefined;

/** Texts of others are shortened to so many characters: an event is no place for a report. */
const longestText = 2000;
/** Lines and steps of one plan that an event tells. */
const longestPlan = 200;

export function shortened(text: string): string {
	return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}

/** @returns what the executor tells, as an event */
export function eventOfProgress(event: ProgressEvent, appIdOf: AppIdOf): NewEvent {
	switch (event.kind) {
		case 'stepStarted':
			return { type: 'step.started', ...stepOf(event.step, appIdOf) };
		case 'stepDone':
			return { type: 'step.done', ...stepOf(event.step, appIdOf), tookMs: event.tookMs };
		case 'stepFailed': {
			const { step, err, tookMs } = event;
			const code = err instanceof SupervisorError ? err.code : undefined;
			const error = shortened(messageOf(err));
			return { type: 'step.failed', ...stepOf(step, appIdOf), tookMs, code, error };
		}
		case 'stepPostponed':
		case 'stepSkipped':
			return { type: 'step.skipped', ...stepOf(event.step, appIdOf) };
		case 'pullProgress': {
			const { appUuid, image, percent } = event;
			return { type: 'pull.progress', appUuid, appId: appIdOf(appUuid), image, percent };
		}
	}
}

function stepOf({ id, kind, resource, cause, appUuid, serviceName }: Step, appIdOf: AppIdOf) {
	const app = { appUuid, appId: appIdOf(appUuid), serviceName };
	return { ...app, stepId: id, kind, resource, cause: shortened(cause) };
}

export interface PlanMade {
	readonly appUuid?: string | undefined;
	readonly plan: Plan;
	readonly lines: readonly string[];
	readonly isAsked: boolean;
}

export function eventOfPlan(
	{ appUuid, plan, lines, isAsked }: PlanMade,
	appIdOf: AppIdOf,
): NewEvent {
	const rest = lines.length - longestPlan;
	const more = rest > 0 ? [`… and ${rest} more`] : [];
	return {
		type: 'plan.made',
		appUuid,
		appId: appIdOf(appUuid),
		text: [...lines.slice(0, longestPlan).map(shortened), ...more],
		steps: plan.steps
			.slice(0, longestPlan)
			.map(({ id, kind, resource, cause, after }) => ({ id, kind, resource, cause, after })),
		isAsked,
	};
}
