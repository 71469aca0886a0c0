import sortBy from 'lodash/sortBy.js';
import type { PortBinding } from '../../model/container-spec.ts';
import type { ServiceComposition } from '../../model/composition.ts';

type ExposedPorts = Readonly<Record<string, Readonly<Record<string, never>>>>;

/** `80/tcp` → `{}` for every port that is published or exposed. */
export function exposedPortsOf({ ports, expose }: ServiceComposition): ExposedPorts {
	const published = ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
	const exposed = expose.map((port) => (port.includes('/') ? port : `${port}/tcp`));
	return Object.fromEntries([...published, ...exposed].map((port) => [port, {}]));
}

/** The host's side of each published port, in order; an empty host port leaves the choice to the engine. */
export function portBindingsOf({ ports }: ServiceComposition) {
	const bindings: Record<string, PortBinding[]> = {};
	for (const { hostIp, hostPort, lastHostPort, containerPort, protocol } of inOrder(ports)) {
		const range = [hostPort, lastHostPort].filter((port) => port !== undefined).join('-');
		(bindings[`${containerPort}/${protocol}`] ??= []).push({ HostIp: hostIp, HostPort: range });
	}
	return bindings;
}

function inOrder(ports: ServiceComposition['ports']): ServiceComposition['ports'] {
	return ports.length < 2 ? ports : sortBy(ports, ['hostIp', 'hostPort']);
}
