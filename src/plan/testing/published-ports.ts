import type { ContainerSpec } from '../../model/container-spec.ts';
import type { HostPort, ObservedContainer } from '../../model/observed.ts';
import { isRunning } from '../is-running.ts';
import { claimText, meets, portsIn, type PortClaim } from '../../model/host-ports.ts';
import type { World } from './world.ts';

/** Remembers what a new container is to publish. */
export function withPublished(world: World, containerId: string, spec: ContainerSpec): World {
	const { NetworkMode: mode } = spec.config.HostConfig;
	if (mode === 'host' || mode === 'none' || mode.startsWith('container:')) return world;
	const ports = Object.entries(spec.config.HostConfig.PortBindings ?? {}).flatMap(
		([inside, bindings]) =>
			bindings
				.filter(({ HostPort: text }) => text !== '')
				.map(({ HostIp: hostIp, HostPort: text }) => claimOf(inside, hostIp, text)),
	);
	return { ...world, published: { ...world.published, [containerId]: ports } };
}

function claimOf(inside: string, hostIp: string, text: string): PortClaim {
	const [first = '', last = first] = text.split('-');
	const protocol = inside.split('/')[1] ?? 'tcp';
	return { hostIp, first: Number(first), last: Number(last), protocol };
}

/**
 * The ports that a container has once it is started; of a range the first that is free.
 * @throws {Error} if other containers that run have them
 */
export function portsToTake(
	{ observed, published = {} }: World,
	container: ObservedContainer,
): readonly HostPort[] {
	const others = observed.containers.filter((one) => one !== container && isRunning(one));
	const taken = others.flatMap(({ hostPorts = [] }) => hostPorts);
	return (published[container.containerId] ?? []).map((claim) => {
		const port = portsIn(claim).find(
			(one) => !taken.some((held) => meets({ ...claim, first: one, last: one }, held)),
		);
		if (port !== undefined) return { hostIp: claim.hostIp, port, protocol: claim.protocol };
		throw new Error(`impossible step: ${claimText(claim)} of ${container.name} is taken`);
	});
}
