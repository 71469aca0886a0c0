import type { EndpointConfig, NetworkAttachment } from '../../model/container-spec.ts';
import type { ServiceNetwork } from '../../model/composition.ts';
import { supervisorNetwork } from '../../model/labels.ts';
import { isEngineNetworkMode, networkSharedWith } from '../../model/target/references.ts';
import { featuresOf } from './features.ts';
import { networkNameOf } from './names.ts';
import type { ServiceInApp } from './service-in-app.ts';

export interface Networking {
	/** The engine's NetworkMode; of a service that joins another's, what its composition says. */
	readonly mode: string;
	readonly attachments: readonly NetworkAttachment[];
}

/** How a service's container is networked: `host`, `none`, a neighbour's network, or networks to join (contract 4.3). */
export function networkingOf(input: ServiceInApp): Networking {
	const { networkMode: mode } = input.service.composition;
	const neighbour = networkSharedWith(mode);
	if (neighbour !== undefined) return { mode: `service:${neighbour}`, attachments: [] };
	if (mode === 'host' || mode === 'none') return { mode, attachments: [] };
	const attachments = [...chosenNetworks(input), ...supervisorAttachment(input)];
	return { mode: attachments[0]?.network ?? 'none', attachments };
}

/** Names in the composition of the networks that the service needs to exist. */
export function composedNetworksOf({ composition }: ServiceInApp['service']): readonly string[] {
	return joined(composition).map(({ network }) => network);
}

/** True when the service shares the host's network. */
export function isOnHostNetwork({ composition }: ServiceInApp['service']): boolean {
	return composition.networkMode === 'host';
}

/** True when the service reaches the local API through `supervisor0`. */
export function joinsSupervisorNetwork({ labels, composition }: ServiceInApp['service']): boolean {
	const { networkMode: mode } = composition;
	const hasOwnNetworks =
		mode !== 'host' && mode !== 'none' && networkSharedWith(mode) === undefined;
	return hasOwnNetworks && featuresOf(labels).some((feature) => feature.joinsSupervisorNetwork);
}

function chosenNetworks({ service, app }: ServiceInApp): NetworkAttachment[] {
	const { composition, serviceName } = service;
	// The engine's own bridge knows no aliases.
	if (composition.networkMode === 'bridge') return [{ network: 'bridge', endpoint: {} }];
	return joined(composition).map((network) => ({
		network: networkNameOf(app.appUuid, network.network),
		endpoint: endpointOf(network, serviceName),
	}));
}

function joined({ networkMode, networks }: ServiceInApp['service']['composition']) {
	if (networkMode !== undefined && isModeWithoutNetworks(networkMode)) return [];
	const listed = networks.filter(({ network }) => network !== supervisorNetwork.name);
	const first = networkMode ?? (listed.length === 0 ? 'default' : undefined);
	if (first === undefined) return listed;
	const others = listed.filter(({ network }) => network !== first);
	return [listed.find(({ network }) => network === first) ?? plainNetwork(first), ...others];
}

function isModeWithoutNetworks(mode: string): boolean {
	return isEngineNetworkMode(mode) || networkSharedWith(mode) !== undefined;
}

function plainNetwork(network: string): ServiceNetwork {
	return { network, aliases: [], linkLocalIps: [], driverOpts: {} };
}

function endpointOf(network: ServiceNetwork, serviceName: string): EndpointConfig {
	const { aliases, ipv4Address, ipv6Address, linkLocalIps, driverOpts } = network;
	const addresses = {
		...(ipv4Address !== undefined && { IPv4Address: ipv4Address }),
		...(ipv6Address !== undefined && { IPv6Address: ipv6Address }),
		...(linkLocalIps.length > 0 && { LinkLocalIPs: linkLocalIps }),
	};
	return {
		Aliases:
			aliases.length === 0 ? [serviceName] : [...new Set([serviceName, ...aliases.toSorted()])],
		...(Object.keys(addresses).length > 0 && { IPAMConfig: addresses }),
		...(Object.keys(driverOpts).length > 0 && { DriverOpts: driverOpts }),
	};
}

function supervisorAttachment({ service }: ServiceInApp): NetworkAttachment[] {
	return joinsSupervisorNetwork(service) ? [{ network: supervisorNetwork.name, endpoint: {} }] : [];
}
