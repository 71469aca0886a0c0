import Docker from 'dockerode';
import { QuietAgent } from '../../src/engine/quiet-agent.ts';
import type { BenchContext } from './context.ts';
import { timeToStarted } from './starts.ts';
import { within } from './within.ts';

type Creation = Docker.ContainerCreateOptions;

/** The engine alone: no supervisor, no looks, nothing but the two calls a container needs. */
export interface Floor {
	/** Milliseconds from the first creation to the last start; the containers are gone afterwards. */
	measure(concurrency: number): Promise<number>;
	/** Containers it makes. */
	readonly count: number;
	close(): void;
}

const supervisedLabel = 'io.balena.supervised';
/** In place of the label that would make the supervisor take the containers for its own. */
const floorLabel = 'io.holdfast.bench.floor';
const longestMs = 60_000;

/**
 * Takes down how the containers of the measured app were created: image, command, environment, labels, mounts, network,
 * aliases, logging and all else.
 */
export async function createFloor(context: BenchContext, appId: number): Promise<Floor> {
	const agent = new QuietAgent();
	const options = { host: context.device.ip, port: 2375, protocol: 'http', agent } as const;
	const docker = new Docker({ ...options, version: 'v1.41' });
	const filters = { label: [`io.balena.app-id=${appId}`] };
	const listed = await within('a list', longestMs, docker.listContainers({ all: true, filters }));
	const creations = await Promise.all(
		listed.map(async ({ Id }, index) => toCreation(await docker.getContainer(Id).inspect(), index)),
	);
	return {
		count: creations.length,
		async measure(concurrency) {
			const made: Docker.Container[] = [];
			const crowd = { label: floorLabel, value: '1', count: creations.length };
			try {
				return await timeToStarted(context, crowd, () =>
					inTurn(creations, concurrency, async (creation) => {
						const container = await docker.createContainer(creation);
						made.push(container);
						await container.start();
					}),
				);
			} finally {
				const removal = inTurn(made, 4, (container) => container.remove({ force: true, v: true }));
				await within('the containers removed', longestMs, removal);
			}
		},
		close: () => agent.destroy(),
	};
}

function toCreation(details: Docker.ContainerInspectInfo, index: number): Creation {
	const { Id, Config, HostConfig, NetworkSettings } = details;
	const { [supervisedLabel]: _, ...labels } = Config.Labels;
	const { Hostname, ...config } = Config;
	return {
		...config,
		name: `bench_floor_${index}`,
		...(Id.startsWith(Hostname) ? {} : { Hostname }), // the engine's own choice is made anew
		Labels: { ...labels, [floorLabel]: '1' },
		HostConfig,
		NetworkingConfig: { EndpointsConfig: endpointsOf(Id, NetworkSettings.Networks) },
	};
}

/** The settings of an endpoint without its state; the engine adds the container's id to its aliases by itself. */
function endpointsOf(
	containerId: string,
	networks: Docker.ContainerInspectInfo['NetworkSettings']['Networks'],
): Docker.EndpointsConfig {
	return Object.fromEntries(
		Object.entries(networks).map(([name, { Aliases }]) => {
			const given: string[] = Array.isArray(Aliases) ? Aliases.map(String) : [];
			return [name, { Aliases: given.filter((alias) => !containerId.startsWith(alias)) }];
		}),
	);
}

async function inTurn<T>(
	items: readonly T[],
	concurrency: number,
	work: (item: T) => Promise<unknown>,
): Promise<void> {
	const queue = [...items];
	const worker = async (): Promise<void> => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}
