import type { Step } from '../model/plan.ts';
import { labelNames } from '../model/labels.ts';
import type { AppToPlan } from './apps-to-plan.ts';
import { isRunning } from './is-running.ts';
import type { ObservedApp } from './observed-index.ts';
import { lastSteps } from './order.ts';
import { stepIds } from './step-ids.ts';

export interface LockOptions {
	readonly app: Pick<AppToPlan, 'appUuid' | 'appId'>;
	/** The app's name, or its uuid when the name is not known. */
	readonly name: string;
	readonly observed: ObservedApp;
	/** Delete locks that users hold. */
	readonly force: boolean;
}

/**
 * Adds the steps that take the locks of the app's running services before the first of the steps that asks for it, and
 * give them back after the last. What people ask for has locks of its own, which are given back before those of the
 * target's changes are taken; these wait until all images are there. With nothing running, nothing is added.
 */
export function withLocks(steps: readonly Step[], options: LockOptions): readonly Step[] {
	const services = runningServices(options.observed);
	if (services.length === 0) return steps;
	const atOnce = sectionOf(steps, stepIds.takeLocksAtOnce);
	const later = sectionOf(steps, stepIds.takeLocks);
	const base = baseOf(options, services);
	const first = atOnce.length === 0 ? [] : locksAtOnce(atOnce, base);
	if (later.length === 0) return [...first, ...steps];
	const all = [...first, takeStep(steps, base), ...steps];
	return [...all, releaseStep(lastSteps(all), base)];
}

/** Ids of the steps that want these locks held. */
function sectionOf(steps: readonly Step[], takeId: string): string[] {
	return steps.filter(({ after }) => after.includes(takeId)).map(({ id }) => id);
}

type LockBase = ReturnType<typeof baseOf>;

function baseOf({ app, name, force }: LockOptions, services: readonly string[]) {
	const { appUuid, appId } = app;
	return { force, step: { resource: name, appUuid, appId, services } };
}

/** They are held until the last of the stops; whatever follows needs none. */
function locksAtOnce(stopIds: readonly string[], { step, force }: LockBase): Step[] {
	return [
		{
			...step,
			kind: 'takeLocks',
			id: stepIds.takeLocksAtOnce,
			cause: 'running services are to change at once',
			after: [],
			force,
		},
		{
			...step,
			kind: 'releaseLocks',
			id: stepIds.releaseLocksAtOnce,
			cause: 'what was to stop has stopped',
			after: stopIds,
		},
	];
}

function takeStep(steps: readonly Step[], { step, force }: LockBase): Step {
	const pulls = steps.filter(({ kind }) => kind === 'pullImage').map(({ id }) => id);
	return {
		...step,
		kind: 'takeLocks',
		id: stepIds.takeLocks,
		cause: 'running services are about to change',
		after: [...pulls, stepIds.releaseLocksAtOnce],
		force,
	};
}

function releaseStep(after: readonly string[], { step }: LockBase): Step {
	return {
		...step,
		kind: 'releaseLocks',
		id: stepIds.releaseLocks,
		cause: 'the change is done',
		after,
	};
}

/** Locks of services that do not run do not block, so they are not asked for. */
function runningServices({ containers }: ObservedApp): string[] {
	const names = containers
		.filter(isRunning)
		.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []);
	return [...new Set(names)].sort();
}
