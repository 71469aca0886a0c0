import type { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { isRunning } from './is-running.ts';
import { stepIds } from './step-ids.ts';

export interface Removal {
	readonly app: { readonly appUuid: AppUuid };
	readonly cause: string;
	/** Steps that come before its stop, beside the locks. Default none. */
	readonly stopsAfter?: readonly string[] | undefined;
}

/** Stops a container, if it runs, under the app's locks, and removes it. */
export function removalSteps(
	container: ObservedContainer,
	{ app, cause, stopsAfter = [] }: Removal,
): Step[] {
	const serviceName = container.labels[labelNames.serviceName];
	const base = {
		resource: serviceName ?? container.name,
		serviceName,
		appUuid: app.appUuid,
		cause,
		container: container.containerId,
	};
	const stopId = stepIds.stopContainer(container.name);
	const after = [stepIds.takeLocks, ...stopsAfter];
	const stop: Step = { ...base, kind: 'stopContainer', id: stopId, after };
	const remove: Step = {
		...base,
		kind: 'removeContainer',
		id: stepIds.removeContainer(container.name),
		after: [stopId],
	};
	return isRunning(container) ? [stop, remove] : [remove];
}

/** Containers whose service is not one of these. */
export function orphansOf(
	containers: readonly ObservedContainer[],
	serviceNames: ReadonlySet<string>,
): ObservedContainer[] {
	return containers.filter(({ labels }) => !serviceNames.has(labels[labelNames.serviceName] ?? ''));
}
