import type { ObservedContainer } from '../model/observed.ts';
import type { AppScene } from './app-scene.ts';
import { isRunning } from './is-running.ts';
import type { NetworkChange } from './networks.ts';
import { stillHeldText } from './ports/app-ports.ts';
import type { ServiceDecision } from './service-decision.ts';
import { decideServices } from './services.ts';
import { stepIds } from './step-ids.ts';

/**
 * Decides for every service of the release, so that none is started, nor stopped for its successor, while another
 * container keeps a port of the host that it is to get.
 * @param orphans - containers that go as the release does not know their service
 */
export function decideRelease(
	scene: AppScene,
	networkChanges: readonly NetworkChange[],
	orphans: readonly ObservedContainer[],
): ServiceDecision[] {
	let now = scene;
	for (;;) {
		const decisions = decideServices(now, networkChanges);
		if (scene.ports.holders.size === 0) return decisions;
		const leaving = stopsOf(decisions, orphans);
		const refusals = lastingHolds(decisions, leaving, now);
		if (refusals.size === 0) return decisions.map((one) => withPorts(one, leaving, scene));
		// Each round refuses further services, so there is an end to it.
		const all = new Map([...now.ports.refusals, ...refusals]);
		now = { ...now, ports: { ...now.ports, refusals: all } };
	}
}

/** By container that stops in this plan: the step that does it. */
function stopsOf(
	decisions: readonly ServiceDecision[],
	orphans: readonly ObservedContainer[],
): ReadonlyMap<string, string> {
	const stopping = decisions.flatMap(({ obsolete, stopped }) => [
		...obsolete.map(({ container }) => container),
		...stopped,
	]);
	return new Map(
		[...stopping, ...orphans]
			.filter(isRunning)
			.map(({ containerId, name }) => [containerId, stepIds.stopContainer(name)]),
	);
}

/** By service that is to start: who keeps its port, as this plan does not stop him. */
function lastingHolds(
	decisions: readonly ServiceDecision[],
	leaving: ReadonlyMap<string, string>,
	scene: AppScene,
): ReadonlyMap<string, string> {
	const { holders, refusals } = scene.ports;
	return new Map(
		decisions.flatMap(({ service: { serviceName }, startCause }) => {
			if (startCause === undefined || refusals.has(serviceName)) return [];
			const lasting = holders
				.get(serviceName)
				?.find(({ container }) => !leaving.has(container.containerId));
			return lasting === undefined ? [] : [[serviceName, stillHeldText(lasting, scene)] as const];
		}),
	);
}

function withPorts(
	decision: ServiceDecision,
	leaving: ReadonlyMap<string, string>,
	{ ports }: AppScene,
): ServiceDecision {
	const own = ports.holders.get(decision.service.serviceName) ?? [];
	const freedBy = own.flatMap(({ container }) => leaving.get(container.containerId) ?? []);
	return freedBy.length === 0 ? decision : { ...decision, portsFreedBy: freedBy };
}
