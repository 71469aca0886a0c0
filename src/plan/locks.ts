import type { Step } from '../model/plan.ts';
import { labelNames } from '../model/labels.ts';
import type { AppToPlan } from './apps-to-plan.ts';
import { isRunning } from './misfit.ts';
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
 * Adds the steps that take the locks of the app's running services before the first of the steps that asks for it, once
 * all images are there, and give them back after the last. Without such a step, or with nothing running, nothing is added.
 */
export function withLocks(steps: readonly Step[], options: LockOptions): readonly Step[] {
	const { app, name, observed, force } = options;
	const services = runningServices(observed);
	const isAsked = steps.some(({ after }) => after.includes(stepIds.takeLocks));
	if (!isAsked || services.length === 0) return steps;
	const base = { resource: name, appUuid: app.appUuid, appId: app.appId, services };
	const pulls = steps.filter(({ kind }) => kind === 'pullImage').map(({ id }) => id);
	const take: Step = {
		...base,
		kind: 'takeLocks',
		id: stepIds.takeLocks,
		cause: 'running services are about to change',
		after: pulls,
		force,
	};
	const locked = [take, ...steps];
	const release: Step = {
		...base,
		kind: 'releaseLocks',
		id: stepIds.releaseLocks,
		cause: 'the change is done',
		after: lastSteps(locked),
	};
	return [...locked, release];
}

/** Locks of services that do not run do not block, so they are not asked for. */
function runningServices({ containers }: ObservedApp): string[] {
	const names = containers
		.filter(isRunning)
		.flatMap(({ labels }) => labels[labelNames.serviceName] ?? []);
	return [...new Set(names)].sort();
}
