import { labelNames, supervisorNetwork } from '../model/labels.ts';
import type { ObservedNetwork } from '../model/observed.ts';
import type { IpamRange, NetworkSpec } from '../model/resources.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { alreadySo } from './errors.ts';
import { mapAnswer, type Maybe, type RawLabels } from './raw.ts';

type NetworkCalls = Pick<ContainerEngine, 'listNetworks' | 'createNetwork' | 'removeNetwork'>;

const bridgeName = 'com.docker.network.bridge.name';

export function createNetworkCalls({ call }: EngineConnection): NetworkCalls {
	return {
		async listNetworks(signal) {
			const list = await call(signal, (docker, abortSignal) =>
				docker.listNetworks({ abortSignal }),
			);
			return mapAnswer(list, toObservedNetwork).filter(isOurs);
		},
		async createNetwork(spec, signal) {
			const work = call(signal, (docker, abortSignal) =>
				docker.createNetwork({ ...toCreation(spec), abortSignal }),
			);
			await alreadySo(work, [409]);
		},
		async removeNetwork(network, signal) {
			const work = call(signal, (docker, abortSignal) =>
				docker.getNetwork(network).remove({ abortSignal }),
			);
			await alreadySo(work, [404]);
		},
	};
}

/** The engine joins filters of different kinds by "and", so that the choice is made here. */
function isOurs({ name, labels }: ObservedNetwork): boolean {
	return labelNames.supervised in labels || name === supervisorNetwork.name;
}

/** Body of `POST /networks/create`. */
export function toCreation(spec: NetworkSpec) {
	return {
		Name: spec.name,
		// Without it the engine makes a second network of the same name.
		CheckDuplicate: true,
		Driver: spec.driver,
		Options: optionsOf(spec),
		IPAM: {
			Driver: spec.ipam.driver,
			Config: spec.ipam.config.map(toIpamConfig),
			Options: { ...spec.ipam.options },
		},
		EnableIPv6: spec.enableIpv6,
		Internal: spec.internal,
		ConfigOnly: spec.configOnly,
		Labels: { ...spec.labels },
	};
}

/** Apps and firewalls find the supervisor's network by the name of its bridge. */
function optionsOf({ name, driverOpts }: NetworkSpec): Record<string, string> {
	return name === supervisorNetwork.name
		? { [bridgeName]: supervisorNetwork.name, ...driverOpts }
		: { ...driverOpts };
}

function toIpamConfig({ subnet, gateway, ipRange, auxAddresses }: IpamRange): RawIpamConfig {
	return {
		...(subnet !== undefined && { Subnet: subnet }),
		...(gateway !== undefined && { Gateway: gateway }),
		...(ipRange !== undefined && { IPRange: ipRange }),
		...(auxAddresses !== undefined && { AuxiliaryAddresses: { ...auxAddresses } }),
	};
}

interface RawIpamConfig {
	readonly Subnet?: string;
	readonly Gateway?: string;
	readonly IPRange?: string;
	readonly AuxiliaryAddresses?: Record<string, string>;
}

/** A member of `GET /networks`. */
interface RawNetwork {
	readonly Id: string;
	readonly Name: string;
	readonly Driver?: string;
	readonly Labels?: RawLabels;
	readonly Options?: RawLabels;
	readonly IPAM?: Maybe<{ readonly Config?: Maybe<readonly RawIpamConfig[]> }>;
}

function toObservedNetwork({
	Id,
	Name,
	Driver,
	Labels,
	Options,
	IPAM,
}: RawNetwork): ObservedNetwork {
	const ranges = IPAM?.Config ?? [];
	return {
		networkId: Id,
		name: Name,
		driver: Driver ?? '',
		labels: Labels ?? {},
		subnets: ranges.flatMap(({ Subnet }) => Subnet ?? []),
		gateways: ranges.flatMap(({ Gateway }) => Gateway ?? []),
		options: Options ?? {},
	};
}
