import type { ObservedContainer } from '../model/observed.ts';
import type { PlanWait } from '../model/plan.ts';
import { dependenciesOf } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import { dependencyWaits, donorWaits } from './dependencies.ts';
import { wishFor } from './intents.ts';
import { isRunning } from './is-running.ts';
import { holdsReplacedNetwork, type Situation } from './misfit.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stopsMeanwhile } from './service-runs.ts';
import { isKillFirst } from './strategy.ts';
import type { Choice } from './urgency.ts';

/** A service that is decided on, and what the decision needs. */
export interface Subject {
	readonly service: TargetService;
	/** Containers of the service, of any release. */
	readonly candidates: readonly ObservedContainer[];
	/** Decisions on the services it depends on, and others. */
	readonly decided: ReadonlyMap<string, ServiceDecision>;
	readonly situation: Situation;
}

/** Why nothing becomes of a service now. */
export interface Blockage {
	readonly scene: AppScene;
	readonly obstacles: readonly PlanWait[];
	readonly urgent: boolean;
}

/** Nothing becomes of it; what holds a network that is made anew goes. */
export function blocked(
	choice: Choice,
	{ candidates, situation }: Subject,
	{ scene, obstacles, urgent }: Blockage,
): ServiceDecision {
	const goes = (one: ObservedContainer): boolean => holdsReplacedNetwork(one, situation);
	const staying = candidates.filter((one) => !goes(one));
	const meanwhile = stopsMeanwhile(staying, choice, scene);
	return {
		...choice,
		...meanwhile,
		restarted: meanwhile.stopCause === undefined ? choice.restarted : [],
		obsolete: choice.obsolete.filter(({ container }) => goes(container)),
		isUrgent: urgent,
		follows: [],
		stopsAfter: [],
		isBlocked: true,
		awaitsReboot: false,
		waits: obstacles,
		strategy: 'download-then-kill',
		startsAfter: dependenciesOf(choice.service),
	};
}

/** A service whose dependencies are not as it needs them: what runs of it goes on, unless the strategy has it stopped. */
export function held(
	decision: ServiceDecision,
	subject: Subject,
	scene: AppScene,
): ServiceDecision {
	const { service, startCause, isUrgent: urgent, strategy, follows, obsolete } = decision;
	const isAskedFor = wishFor(scene.intents, service.serviceName) === 'start';
	if (startCause === undefined) return decision;
	const waits =
		urgent || isAskedFor
			? donorWaits(service, scene.app, subject.decided)
			: dependencyWaits(service, scene.app, subject.decided);
	if (waits.length === 0) return decision;
	if (isKillFirst(strategy) || follows.length > 0) {
		return { ...decision, startCause: undefined, waits };
	}
	const staying = obsolete.filter(
		({ container, isContested }) =>
			isRunning(container) && !isContested && !holdsReplacedNetwork(container, subject.situation),
	);
	return {
		...decision,
		obsolete: obsolete.filter((one) => !staying.includes(one)),
		startCause: undefined,
		isBlocked: staying.some(({ isInTheWay }) => isInTheWay),
		strategy: 'download-then-kill',
		waits,
	};
}
