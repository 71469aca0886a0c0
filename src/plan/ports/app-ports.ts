import { serviceKeyOf, type AppUuid } from '../../model/ids.ts';
import { labelNames } from '../../model/labels.ts';
import type { HostPort, ObservedContainer } from '../../model/observed.ts';
import type { Intent } from '../../model/plan.ts';
import type { TargetApp, TargetService } from '../../model/target.ts';
import { wishFor } from '../intents.ts';
import { isOwnedBy, type ObservedIndex } from '../observed-index.ts';
import { allotPorts, type PortAllotment } from './allotment.ts';
import { claimText, isFixed, keysOf, meets, type PortClaim } from '../../model/host-ports.ts';

/** What the host's ports have to say on the services of an app's release. */
export interface AppPorts {
	/** By service: why it may not start now. */
	readonly refusals: ReadonlyMap<string, string>;
	/** By service: containers of the app's other services that have what it is to get. */
	readonly holders: ReadonlyMap<string, readonly PortHolder[]>;
	/** Ids of those containers. */
	readonly contested: ReadonlySet<string>;
}

export interface PortHolder {
	readonly container: ObservedContainer;
	readonly claim: PortClaim;
}

export interface AppPortsInput {
	readonly app: TargetApp;
	/** All apps of the target, this one among them. */
	readonly apps: readonly TargetApp[];
	readonly index: ObservedIndex;
	readonly apiPort: number;
	readonly intents: readonly Intent[];
}

interface Dealt extends AppPortsInput {
	readonly allotment: PortAllotment;
}

/** Looks at who gets, and who still has, the ports that the services of an app want. */
export function portsOf(input: AppPortsInput): AppPorts {
	const { app, intents } = input;
	const isToRun = (one: TargetApp, { serviceName, running }: TargetService): boolean =>
		running || (one.appUuid === app.appUuid && wishFor(intents, serviceName) === 'start');
	const dealt = { ...input, allotment: allotPorts({ ...input, isToRun }) };
	const refusals = new Map<string, string>();
	const holders = new Map<string, readonly PortHolder[]>();
	for (const { serviceName } of app.release?.services ?? []) {
		const all = holdersFor(app.appUuid, serviceName, dealt);
		const own = all.filter(({ container }) => isOwnedBy(container, app));
		if (own.length > 0) holders.set(serviceName, own);
		const foreign = all.find((one) => !own.includes(one));
		const refusal =
			dealt.allotment.refusalOf(app.appUuid, serviceName) ??
			(foreign === undefined || isCircular({ appUuid: app.appUuid, serviceName }, dealt)
				? undefined
				: stillHeldText(foreign, dealt));
		if (refusal !== undefined) refusals.set(serviceName, refusal);
	}
	const ids = [...holders.values()].flat().map(({ container }) => container.containerId);
	return { refusals, holders, contested: new Set(ids) };
}

/** `port 80/tcp of the host is still held by service api of app other` */
export function stillHeldText(
	{ container, claim }: PortHolder,
	{ app, apps }: Pick<AppPortsInput, 'app' | 'apps'>,
): string {
	const { [labelNames.serviceName]: serviceName = container.name, [labelNames.appUuid]: uuid } =
		container.labels;
	const name = apps.find((one) => isOwnedBy(container, one))?.name ?? uuid ?? 'unknown';
	const of = isOwnedBy(container, app) ? '' : ` of app ${name}`;
	return `port ${claimText(claim)} of the host is still held by service ${serviceName}${of}`;
}

/** Running containers of other services that have what this one is to get. */
function holdersFor(appUuid: AppUuid, serviceName: string, dealt: Dealt): PortHolder[] {
	const found: PortHolder[] = [];
	for (const claim of dealt.allotment.claimsOf(appUuid, serviceName) ?? []) {
		for (const key of keysOf(claim)) {
			for (const container of dealt.index.holdersOf(key)) {
				if (isHolder(container, claim, { ...dealt, self: { appUuid, serviceName } })) {
					found.push({ container, claim });
				}
			}
		}
	}
	return found;
}

function isHolder(
	container: ObservedContainer,
	claim: PortClaim,
	{ self, ...dealt }: Dealt & { readonly self: Owner },
): boolean {
	const owner = ownerOf(container, dealt);
	if (isSame(owner, self)) return false;
	const held = (container.hostPorts ?? []).filter((one) => meets(claim, one));
	if (held.length === 0) return false;
	// Of a range that services have in common each has a port of its own.
	return isFixed(claim) || !isAllotted(held, owner, dealt);
}

interface Owner {
	readonly appUuid: AppUuid;
	readonly serviceName: string;
}

/** The service of the target that a container is of, as far as its app is in the target. */
function ownerOf(container: ObservedContainer, { apps }: Dealt): Owner | undefined {
	const app = apps.find((one) => isOwnedBy(container, one));
	const serviceName = container.labels[labelNames.serviceName];
	if (app === undefined || serviceName === undefined) return undefined;
	return { appUuid: app.appUuid, serviceName };
}

function isSame(one: Owner | undefined, other: Owner): boolean {
	return one?.appUuid === other.appUuid && one.serviceName === other.serviceName;
}

function isAllotted(
	ports: readonly HostPort[],
	owner: Owner | undefined,
	{ allotment }: Dealt,
): boolean {
	if (owner === undefined) return false;
	const claims = allotment.claimsOf(owner.appUuid, owner.serviceName) ?? [];
	return ports.every((port) => claims.some((claim) => meets(claim, port)));
}

/** True when services of several apps wait for the ports of one another: none of them is to wait then. */
function isCircular(start: Owner, dealt: Dealt): boolean {
	const seen = new Set<string>();
	const leadsBack = ({ appUuid, serviceName }: Owner): boolean =>
		holdersFor(appUuid, serviceName, dealt).some(({ container }) => {
			const owner = ownerOf(container, dealt);
			if (owner === undefined) return false;
			const key = serviceKeyOf(owner.appUuid, owner.serviceName);
			if (isSame(owner, start)) return true;
			if (seen.has(key)) return false;
			seen.add(key);
			return leadsBack(owner);
		});
	return leadsBack(start);
}
