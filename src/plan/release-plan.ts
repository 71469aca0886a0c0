import type { ObservedContainer } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { AppScene } from './app-scene.ts';
import { decideRelease } from './decisions.ts';
import { imageSteps } from './images.ts';
import { withLocks } from './locks.ts';
import { decideNetworks, networkSteps, orphanNetworkSteps } from './networks.ts';
import { toPlan } from './order.ts';
import { orphansOf, removalSteps } from './orphans.ts';
import { rebootSteps } from './reboots.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stepIds } from './step-ids.ts';
import { restartSteps } from './strategies/running.ts';
import { serviceSteps } from './strategies/service-steps.ts';
import { volumeSteps } from './volumes.ts';

export interface ReleasePlanOptions {
	readonly force: boolean;
	readonly currentCommit: string | undefined;
}

/** The steps that bring an app to a release. */
export function planRelease(scene: AppScene, options: ReleasePlanOptions): Plan {
	const changes = decideNetworks(scene);
	const orphans = scene.isHeldBack ? [] : orphansOf(scene.observed.containers, serviceNames(scene));
	const decisions = decideRelease(scene, changes, orphans);
	const leaving = leavingContainers(decisions, orphans);
	const steps = [
		...imageSteps(decisions, scene),
		...networkSteps(changes, scene),
		...volumeSteps(scene),
		...decisions.flatMap((decision) => [
			...restartSteps(decision, scene),
			...rebootSteps(decision, scene),
			...serviceSteps(decision, scene),
		]),
		...orphans.flatMap((container) =>
			removalSteps(container, { app: scene.app, cause: 'service not in target' }),
		),
		...orphanNetworkSteps(scene, (container) => leaving.has(container)),
	];
	const locked = withLocks(steps, { ...scene, name: scene.app.name, force: options.force });
	const waits = decisions.flatMap((decision) => decision.waits);
	const isWhole = !scene.isHeldBack && waits.length === 0;
	const commit = isWhole ? commitSteps(scene, options.currentCommit) : [];
	const plan = toPlan(locked.steps, [...locked.closing, ...commit]);
	return waits.length === 0 ? plan : { ...plan, waits };
}

function serviceNames({ release }: AppScene): ReadonlySet<string> {
	return new Set(release.services.map(({ serviceName }) => serviceName));
}

function leavingContainers(
	decisions: readonly ServiceDecision[],
	orphans: readonly ObservedContainer[],
): ReadonlySet<ObservedContainer> {
	const obsolete = decisions.flatMap((decision) => decision.obsolete);
	return new Set([...orphans, ...obsolete.map(({ container }) => container)]);
}

/** The release is remembered once all of it is done. */
function commitSteps({ app, release }: AppScene, currentCommit: string | undefined): Step[] {
	if (release.commit === currentCommit) return [];
	return [
		{
			kind: 'recordCommit',
			id: stepIds.recordCommit,
			resource: app.name,
			cause: 'release is applied',
			after: [],
			appUuid: app.appUuid,
			commit: release.commit,
		},
	];
}
