import type { Step } from '../model/plan.ts';
import { labelNames } from '../model/labels.ts';
import type { AppToPlan } from './apps-to-plan.ts';
import { isRunning } from './is-running.ts';
import type { ObservedApp } from './observed-index.ts';
import { stepIds } from './step-ids.ts';

export interface LockOptions {
	readonly app: Pick<AppToPlan, 'appUuid' | 'appId'>;
	/** The app's name, or its uuid when the name is not known. */
	readonly name: string;
	readonly observed: ObservedApp;
	/** Delete locks that users hold. */
	readonly force: boolean;
}

/** Steps with the locks they need; `closing` comes after all others, see `toPlan`. */
export interface LockedSteps {
	readonly steps: readonly Step[];
	readonly closing: readonly Step[];
}

/**
 * Adds the steps that take the locks of the app's running services before the first of the steps that asks for it, and
 * give them back after the last. What people ask for has locks of its own, which are given back before those of the
 * target's changes are taken; these wait until all images are there. With nothing running, nothing is added.
 */
export function withLocks(steps: readonly Step[], options: LockOptions): LockedSteps {
	const { atOnce, hasLater } = sectionsOf(steps);
	const isNeeded = hasLater || atOnce.length > 0;
	const services = isNeeded ? runningServices(options.observed) : [];
	if (services.length === 0) return { steps, closing: [] };
	const base = baseOf(options, services);
	const first = atOnce.length === 0 ? [] : locksAtOnce(atOnce, base);
	if (!hasLater) return { steps: [...first, ...steps], closing: [] };
	return { steps: [...first, takeStep(steps, base), ...steps], closing: [releaseStep(base)] };
}

/** Ids of the steps that want locks at once, and whether any wants those that are taken later. */
function sectionsOf(steps: readonly Step[]) {
	const atOnce: string[] = [];
	let hasLater = false;
	for (const { id, after } of steps) {
		for (const before of after) {
			if (before === stepIds.takeLocksAtOnce) atOnce.push(id);
			else if (before === stepIds.takeLocks) hasLater = true;
		}
	}
	return { atOnce, hasLater };
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

function releaseStep({ step }: LockBase): Step {
	return {
		...step,
		kind: 'releaseLocks',
		id: stepIds.releaseLocks,
		cause: 'the change is done',
		after: [],
	};
}

/** Locks of services that do not run do not block, so they are not asked for. */
function runningServices({ containers }: ObservedApp): string[] {
	const names = containers
		.filter(isRunning)
		.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []);
	return [...new Set(names)].sort();
}
