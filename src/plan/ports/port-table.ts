import { isFixed, keysOf, sharesAddress, type PortClaim } from '../../model/host-ports.ts';

interface Entry<Owner> {
	readonly hostIp: string;
	readonly owner: Owner;
	/** The engine may take the port for the owner, or another one. */
	readonly isOfRange: boolean;
}

/** Who is to have which port of the host. */
export interface PortTable<Owner> {
	add(claim: PortClaim, owner: Owner): void;
	/**
	 * Another one that stands against a claim: he has the port, or may be given it; of a range, he has a port of it for
	 * himself alone, which the engine might give away.
	 */
	rivalOf(claim: PortClaim, owner: Owner): Owner | undefined;
}

/** An empty table. */
export function createPortTable<Owner>(): PortTable<Owner> {
	const entries = new Map<number, Entry<Owner>[]>();
	return {
		add(claim, owner) {
			const { hostIp } = claim;
			const entry = { hostIp, owner, isOfRange: !isFixed(claim) };
			for (const key of keysOf(claim)) {
				const others = entries.get(key);
				if (others === undefined) entries.set(key, [entry]);
				else others.push(entry);
			}
		},
		rivalOf(claim, owner) {
			const isRival = (entry: Entry<Owner>): boolean =>
				entry.owner !== owner &&
				sharesAddress(entry.hostIp, claim.hostIp) &&
				(isFixed(claim) || !entry.isOfRange);
			for (const key of keysOf(claim)) {
				const rival = entries.get(key)?.find(isRival);
				if (rival !== undefined) return rival.owner;
			}
			return undefined;
		},
	};
}
