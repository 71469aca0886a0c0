import type { ServiceDependency } from '../model/composition.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { PlanWait } from '../model/plan.ts';
import { joinedBy } from '../model/target/references.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import { isRunning } from './is-running.ts';
import type { ServiceDecision } from './service-decision.ts';

type Decisions = ReadonlyMap<string, ServiceDecision>;

/** What must hold of other services before this one starts and no step of this plan brings about. */
export function dependencyWaits(
	service: TargetService,
	{ appUuid }: Pick<TargetApp, 'appUuid'>,
	decided: Decisions,
): PlanWait[] {
	const lacks = service.composition.dependsOn.flatMap((dependency) => {
		const decision = decided.get(dependency.serviceName);
		const lack = decision === undefined ? undefined : lackOf(dependency, decision);
		if (lack === undefined || (!dependency.required && lack.isFinal)) return [];
		return [`${dependency.serviceName} ${lack.text}`];
	});
	return waitsOf(service, appUuid, [...lacks, ...absentDonors(service, decided)]);
}

/** What not even a person can do without: namespaces can be joined of containers that run. */
export function donorWaits(
	service: TargetService,
	{ appUuid }: Pick<TargetApp, 'appUuid'>,
	decided: Decisions,
): PlanWait[] {
	return waitsOf(service, appUuid, absentDonors(service, decided));
}

function waitsOf(
	{ serviceName }: TargetService,
	appUuid: TargetApp['appUuid'],
	reasons: readonly string[],
): PlanWait[] {
	return [...new Set(reasons)].map((reason) => ({
		appUuid,
		serviceName,
		code: 'waitsForService',
		reason,
	}));
}

function absentDonors({ composition }: TargetService, decided: Decisions): string[] {
	return joinedBy(composition).flatMap(({ serviceName }) => {
		const decision = decided.get(serviceName);
		if (decision === undefined || decision.startCause !== undefined) return [];
		if (isHeld(decision)) return [`${serviceName} has not started yet`];
		const { kept, stopped } = decision;
		const runs = kept !== undefined && isRunning(kept) && !stopped.includes(kept);
		return runs ? [] : [`${serviceName} does not run`];
	});
}

/** What keeps a condition from holding. */
interface Lack {
	/** Continues the service's name. */
	readonly text: string;
	/** It will stay so, as far as can be seen. */
	readonly isFinal: boolean;
}

const passing = (text: string): Lack => ({ text, isFinal: false });
const final = (text: string): Lack => ({ text, isFinal: true });

function lackOf({ condition }: ServiceDependency, decision: ServiceDecision): Lack | undefined {
	switch (condition) {
		case 'service_started':
			return isHeld(decision) ? passing('has not started yet') : undefined;
		case 'service_healthy':
			return remainingOf(decision, healthLack, 'is not healthy yet');
		case 'service_completed_successfully':
			return remainingOf(decision, completionLack, 'has not completed yet');
	}
}

/** It waits itself, or may not even be made. */
function isHeld({ waits, isBlocked, kept }: ServiceDecision): boolean {
	return waits.length > 0 && (!isBlocked || kept === undefined);
}

/** Judges the container that stays; one that is made or started by this plan has shown nothing yet. */
function remainingOf(
	{ kept, startCause, isBlocked, waits }: ServiceDecision,
	judge: (container: ObservedContainer) => Lack | undefined,
	notYet: string,
): Lack | undefined {
	if (isBlocked) return final(notYet);
	if (waits.length > 0) return passing(notYet);
	return kept !== undefined && startCause === undefined ? judge(kept) : passing(notYet);
}

function healthLack({ state, health }: ObservedContainer): Lack | undefined {
	if (state !== 'running') return final('does not run');
	if (health === undefined) return final('has no health check');
	if (health === 'unhealthy') return final('is unhealthy');
	return health === 'healthy' ? undefined : passing('is not healthy yet');
}

function completionLack({ state, exitCode }: ObservedContainer): Lack | undefined {
	if (state !== 'exited') return passing('has not completed yet');
	return exitCode === 0 ? undefined : final(`ended with exit code ${exitCode ?? 'unknown'}`);
}

/**
 * Services that this one follows when they are made anew, and that are made anew by this plan or were made after its
 * container.
 */
export function remadeDependencies(
	service: TargetService,
	container: ObservedContainer,
	decided: Decisions,
): readonly string[] {
	const followed = followedBy(service);
	if (followed.length === 0) return followed;
	return followed.filter((serviceName) => {
		const dependency = decided.get(serviceName);
		if (dependency === undefined || dependency.isBlocked) return false;
		if (dependency.kept === undefined) return true;
		// What another supervisor made came into being in an order of its own.
		const isOurs = labelNames.configDigest in container.labels;
		return isOurs && dependency.kept.createdAtSec > container.createdAtSec;
	});
}

const none: readonly string[] = [];

/** Names of the services whose replacement it follows with its own. */
export function followedBy({ composition }: TargetService): readonly string[] {
	const followed = composition.dependsOn.filter(({ restart }) => restart);
	// Whose network it is can be seen of a container; the other namespaces are gone with the service that had them.
	const joined = joinedBy(composition).filter(({ field }) => field !== 'network_mode');
	if (followed.length === 0 && joined.length === 0) return none;
	return [...new Set([...followed, ...joined].map(({ serviceName }) => serviceName))];
}
