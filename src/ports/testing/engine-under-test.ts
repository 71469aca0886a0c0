import type { ContainerSpec } from '../../model/container-spec.ts';
import { labelNames } from '../../model/labels.ts';
import type { NetworkSpec, VolumeSpec } from '../../model/resources.ts';
import type { ContainerEngine } from '../container-engine.ts';

/** An engine for the contract suite, with what the suite needs of the world around it. */
export interface EngineUnderTest {
	readonly engine: ContainerEngine;
	/** An image on the engine whose containers can run `sleep`. */
	readonly image: string;
	/** A reference that can be pulled, and is not on the engine yet. */
	readonly pullableImage: string;
	/** A reference of the same registry that nobody published. */
	readonly missingImage: string;
	/** Ends the container's process from outside. */
	readonly kill: (container: string) => Promise<void>;
	/** The container writes a line to its standard output. */
	readonly say: (container: string, message: string) => Promise<void>;
}

const supervised = { [labelNames.supervised]: 'true' };

/** A container that sleeps, ends at once when told to stop, and carries our label; `overrides` replace whole members of its config. */
export function sleeperSpec(
	name: string,
	image: string,
	{ networks = [], config = {} }: SleeperOptions = {},
): ContainerSpec {
	const { HostConfig: hostConfig, ...rest } = config;
	return {
		name,
		networks: networks.map((network) => ({ network, endpoint: {} })),
		config: {
			Image: image,
			Labels: supervised,
			Env: ['A=1'],
			Cmd: ['sleep', '1000'],
			StopSignal: 'SIGKILL',
			...rest,
			HostConfig: {
				NetworkMode: networks[0] ?? 'none',
				RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
				...hostConfig,
			},
		},
	};
}

export interface SleeperOptions {
	readonly networks?: readonly string[];
	readonly config?: Partial<ContainerSpec['config']>;
}

export function networkSpec(name: string): NetworkSpec {
	return {
		name,
		driver: 'bridge',
		driverOpts: {},
		ipam: { driver: 'default', config: [], options: {} },
		enableIpv6: false,
		internal: false,
		configOnly: false,
		labels: supervised,
	};
}

export function volumeSpec(name: string): VolumeSpec {
	return { name, driver: 'local', driverOpts: {}, labels: supervised };
}
