import type { ServiceComposition } from '../composition.ts';
import { claimsOf, isFixed, overlaps } from '../host-ports.ts';

type Service = Omit<ServiceComposition, 'ignored'>;

/** Two settings that the engine refuses together: the place of one of them, and why. */
export interface Conflict {
	readonly field: string;
	readonly reason: string;
	readonly isThere: (service: Service) => boolean;
}

const joinsService = ({ networkMode }: Service): boolean =>
	networkMode?.startsWith('service:') === true;

/** What a container says about its network has no place where it has none of its own. */
const ofOwnNetwork = {
	hostname: ({ hostname }) => hostname !== undefined,
	mac_address: ({ macAddress }) => macAddress !== undefined,
	dns: ({ dns }) => dns.length > 0,
	extra_hosts: ({ extraHosts }) => extraHosts.length > 0,
	ports: ({ ports }) => ports.length > 0,
} satisfies Record<string, (service: Service) => boolean>;

/** Every such pair. */
export const conflicts: readonly Conflict[] = [
	...Object.entries(ofOwnNetwork).map(([field, isGiven]) => ({
		field,
		reason: 'cannot be given beside the network_mode of another service, whose it is',
		isThere: (service: Service) => joinsService(service) && isGiven(service),
	})),
	{
		field: 'mac_address',
		reason: 'cannot be given beside network_mode host',
		isThere: ({ networkMode, macAddress }) => networkMode === 'host' && macAddress !== undefined,
	},
	{
		field: 'cpus',
		reason: 'cannot be given beside cpu_quota or cpu_period',
		isThere: ({ cpus = 0, cpuQuota = 0, cpuPeriod = 0 }) =>
			cpus > 0 && (cpuQuota > 0 || cpuPeriod > 0),
	},
	{
		field: 'mem_reservation',
		reason: 'must not be above mem_limit',
		isThere: ({ memLimitBytes = 0, memReservationBytes = 0 }) =>
			memLimitBytes > 0 && memReservationBytes > memLimitBytes,
	},
	{
		field: 'ports',
		reason: 'want one port of the host twice',
		isThere: (service) => {
			const fixed = claimsOf(service).filter(isFixed);
			return fixed.some((claim, index) =>
				fixed.slice(0, index).some((other) => overlaps(claim, other)),
			);
		},
	},
	{
		field: 'tmpfs',
		reason: 'mounts a path that volumes mount too',
		isThere: ({ tmpfs, volumes }) => volumes.some(({ target }) => Object.hasOwn(tmpfs, target)),
	},
];

/** What of a service the engine would refuse together, one sentence each: `cpus: cannot be given beside …`. */
export function conflictsOf(service: Service): string[] {
	return conflicts
		.filter(({ isThere }) => isThere(service))
		.map(({ field, reason }) => `${field}: ${reason}`);
}
