import type { HostPort } from './observed.ts';
import { networkSharedWith } from './target/references.ts';
import type { ServiceComposition } from './composition.ts';

/** Ports of the host out of which a service wants one; `last` is `first`, as a rule. */
export interface PortClaim {
	/** Empty: all addresses of the host. */
	readonly hostIp: string;
	readonly first: number;
	readonly last: number;
	readonly protocol: string;
}

const none: readonly PortClaim[] = [];

/** What a service wants of the host's ports while it runs; those that the engine chooses are not among them. */
export function claimsOf(
	composition: Pick<ServiceComposition, 'ports' | 'networkMode'>,
): readonly PortClaim[] {
	const { ports, networkMode } = composition;
	if (ports.length === 0) return none;
	const publishesNone =
		networkMode === 'host' ||
		networkMode === 'none' ||
		networkSharedWith(networkMode) !== undefined;
	if (publishesNone) return [];
	return ports.flatMap(({ hostIp, hostPort, lastHostPort, protocol }) =>
		hostPort === undefined
			? []
			: [{ hostIp, first: hostPort, last: lastHostPort ?? hostPort, protocol }],
	);
}

/** True when the engine has no choice. */
export function isFixed({ first, last }: PortClaim): boolean {
	return first === last;
}

/** Every port it is about. */
export function portsIn({ first, last }: Pick<PortClaim, 'first' | 'last'>): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const protocols: readonly string[] = ['tcp', 'udp', 'sctp'];

/** A number for every port of every protocol, for maps. */
export function portKeyOf(port: number, protocol: string): number {
	return protocols.indexOf(protocol) * 65_536 + port;
}

/** The same of every port that a claim is about. */
export function keysOf({ first, last, protocol }: PortClaim): number[] {
	const key = portKeyOf(first, protocol);
	return first === last ? [key] : portsIn({ first, last }).map((port) => key + port - first);
}

/** `8080/tcp`, `127.0.0.1:8000-8010/udp`. */
export function claimText({ hostIp, first, last, protocol }: PortClaim): string {
	const address = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
	const ports = first === last ? String(first) : `${first}-${last}`;
	return `${address === '' ? '' : `${address}:`}${ports}/${protocol}`;
}

/** True when what is bound to one of the addresses keeps others from the same port of the other. */
export function sharesAddress(one: string, other: string): boolean {
	if (one === other || one === '' || other === '') return true;
	const [wide, narrow] = isWildcard(one) ? [one, other] : [other, one];
	return isWildcard(wide) && wide.includes(':') === narrow.includes(':');
}

function isWildcard(address: string): boolean {
	return address === '0.0.0.0' || address === '::';
}

/** True when two claims cannot both be met, as they are about one port. */
export function overlaps(one: PortClaim, other: PortClaim): boolean {
	return (
		one.protocol === other.protocol &&
		one.first <= other.last &&
		other.first <= one.last &&
		sharesAddress(one.hostIp, other.hostIp)
	);
}

/** True when a container that is bound to the port has what is claimed. */
export function meets(claim: PortClaim, { hostIp, port, protocol }: HostPort): boolean {
	return (
		claim.protocol === protocol &&
		claim.first <= port &&
		port <= claim.last &&
		sharesAddress(claim.hostIp, hostIp)
	);
}
