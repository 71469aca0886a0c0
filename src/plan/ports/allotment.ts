import orderBy from 'lodash/orderBy.js';
import { serviceKeyOf, type AppUuid } from '../../model/ids.ts';
import { labelNames } from '../../model/labels.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { TargetApp, TargetService } from '../../model/target.ts';
import { fieldHash } from '../compose/config-fields.ts';
import { portBindingsOf } from '../compose/ports.ts';
import type { ObservedIndex } from '../observed-index.ts';
import {
	claimsOf,
	claimText,
	isFixed,
	keysOf,
	meets,
	type PortClaim,
} from '../../model/host-ports.ts';
import { createPortTable, type PortTable } from './port-table.ts';

/** Who gets the ports of the host that several want. */
export interface PortAllotment {
	/** What a service of the target may have; undefined: it wants none, or is refused. */
	claimsOf(appUuid: AppUuid, serviceName: string): readonly PortClaim[] | undefined;
	/** Why a service cannot have the ports it wants; undefined: it can. */
	refusalOf(appUuid: AppUuid, serviceName: string): string | undefined;
}

export interface AllotmentInput {
	/** All apps of the target, in any order. */
	readonly apps: readonly TargetApp[];
	readonly index: ObservedIndex;
	/** Port that the supervisor's own API has on all addresses. */
	readonly apiPort: number;
	/** Whether a service is to run, where that is not for the target alone to say. */
	readonly isToRun: (app: TargetApp, service: TargetService) => boolean;
}

/** Somebody who wants ports. */
interface Claimant {
	readonly app: TargetApp;
	readonly service: TargetService;
	readonly claims: readonly PortClaim[];
}

type Owner = Claimant | 'supervisor';

/**
 * Deals the ports of the host out among the services that are to run. A service keeps those that it wants and has while
 * it runs; the others go to the first by name of app and service. Who cannot have all that it wants gets nothing new.
 */
export function allotPorts(input: AllotmentInput): PortAllotment {
	const claimants = input.apps.flatMap((app) => claimantsOf(app, input));
	const refusals = hasRivals(claimants, input) ? refusalsAmong(claimants, input) : none;
	const byApp = new Map<string, Map<string, readonly PortClaim[]>>();
	for (const claimant of claimants.filter((one) => !refusals.has(one))) {
		const { appUuid } = claimant.app;
		const inApp = byApp.get(appUuid) ?? new Map<string, readonly PortClaim[]>();
		byApp.set(appUuid, inApp.set(claimant.service.serviceName, claimant.claims));
	}
	const reasons = new Map(
		[...refusals].map(([{ app, service }, reason]) => [
			serviceKeyOf(app.appUuid, service.serviceName),
			reason,
		]),
	);
	return {
		claimsOf: (appUuid, serviceName) => byApp.get(appUuid)?.get(serviceName),
		refusalOf: (appUuid, serviceName) =>
			reasons.size === 0 ? undefined : reasons.get(serviceKeyOf(appUuid, serviceName)),
	};
}

type Refusals = ReadonlyMap<Claimant, string>;

const none: Refusals = new Map();

/** A table in which the supervisor has its own port. */
function firstTable({ apiPort }: AllotmentInput): PortTable<Owner> {
	const table = createPortTable<Owner>();
	table.add({ hostIp: '', first: apiPort, last: apiPort, protocol: 'tcp' }, 'supervisor');
	return table;
}

/** True when something is wanted by two of them, be it a range that is large enough for both. */
function hasRivals(claimants: readonly Claimant[], input: AllotmentInput): boolean {
	const table = firstTable(input);
	return claimants.some((claimant) =>
		claimant.claims.some((claim) => {
			const isRivalled = !isFixed(claim) || table.rivalOf(claim, claimant) !== undefined;
			table.add(claim, claimant);
			return isRivalled;
		}),
	);
}

/** Why some go empty-handed. */
function refusalsAmong(unordered: readonly Claimant[], input: AllotmentInput): Refusals {
	const claimants = inOrder(unordered);
	const table = firstTable(input);
	for (const claimant of claimants) {
		for (const claim of heldBy(claimant, input.index)) table.add(claim, claimant);
	}
	const refusals = new Map<Claimant, string>();
	const taken = new Set<number>();
	for (const claimant of claimants) {
		const reason = refusalOf(claimant, table) ?? shortageOf(claimant, taken);
		if (reason !== undefined) refusals.set(claimant, reason);
	}
	return refusals;
}

function claimantsOf(app: TargetApp, { isToRun }: AllotmentInput): Claimant[] {
	return (app.release?.services ?? []).flatMap((service) => {
		const claims = claimsOf(service.composition);
		if (claims.length === 0 || !isToRun(app, service)) return [];
		return [{ app, service, claims }];
	});
}

function inOrder(claimants: readonly Claimant[]): Claimant[] {
	return orderBy(claimants, [
		({ app }) => app.name,
		({ app }) => app.appUuid,
		({ service }) => service.serviceName,
	]);
}

/** Those of its claims that it has. */
function heldBy({ app, service, claims }: Claimant, index: ObservedIndex): PortClaim[] {
	return index.publishersOf(app, service.serviceName).flatMap((container) => {
		// While it is between two attempts of the engine to start it, it publishes nothing.
		if (container.state === 'restarting') return isAsWanted(container, service) ? claims : [];
		const { hostPorts = [] } = container;
		return claims.filter((claim) => hostPorts.some((held) => meets(claim, held)));
	});
}

function isAsWanted({ labels }: ObservedContainer, { composition }: TargetService): boolean {
	const fields = labels[labelNames.configFields]?.split(' ') ?? [];
	return fields.includes(fieldHash('PortBindings', portBindingsOf(composition)));
}

/** Somebody else has what it wants; else it has it from now on. */
function refusalOf(claimant: Claimant, table: PortTable<Owner>): string | undefined {
	for (const claim of claimant.claims) {
		const rival = table.rivalOf(claim, claimant);
		if (rival !== undefined) return refusalText(claim, claimant, rival);
	}
	for (const claim of claimant.claims) table.add(claim, claimant);
	return undefined;
}

/** Ranges that several services have are to have a port for each. */
function shortageOf({ claims }: Claimant, taken: Set<number>): string | undefined {
	for (const claim of claims.filter((one) => !isFixed(one))) {
		const free = keysOf(claim).find((key) => !taken.has(key));
		if (free === undefined) return `no port of ${claimText(claim)} of the host is left`;
		taken.add(free);
	}
	return undefined;
}

function refusalText(claim: PortClaim, claimant: Claimant, rival: Owner): string {
	const port = `port ${claimText(claim)} of the host`;
	if (rival === 'supervisor') return `${port} is the supervisor's own`;
	const app = rival.app === claimant.app ? '' : ` of app ${rival.app.name}`;
	return `${port} belongs to service ${rival.service.serviceName}${app}`;
}
