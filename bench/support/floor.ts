import Docker from 'dockerode';
import { QuietAgent } from '../../src/engine/quiet-agent.ts';
import type { BenchContext } from './context.ts';
import { follow, isDone, type Course, type CourseOptions, type Crowd } from './course.ts';
import { within } from './within.ts';

type Creation = Docker.ContainerCreateOptions;

/**
 * The engine alone: no supervisor, no looks, nothing but the calls that are needed. The containers of a measurement are
 * gone when it ends.
 */
export interface Floor {
	/** Containers it makes. */
	readonly count: number;
	/** @returns milliseconds from the first creation to the last start */
	bringUp(concurrency: number): Promise<number>;
	/** @returns milliseconds from the first removal by force to the end of the last, once all run */
	takeDown(concurrency: number): Promise<number>;
	/** One of them is removed by force, created and started, once it runs. */
	replaceOne(): Promise<Course>;
	/** All of them are stopped and started, one after another, once all run. */
	restartAll(): Promise<Course>;
	close(): void;
}

const supervisedLabel = 'io.balena.supervised';
const floorLabel = 'io.holdfast.bench.floor';
/** In place of the label that would make the supervisor take the containers for its own. */
const floorCrowd: Crowd = { label: floorLabel, value: '1' };
const longestMs = 60_000;
const setUpConcurrency = 4;

interface Parts {
	readonly context: BenchContext;
	readonly docker: Docker;
	readonly creations: readonly Creation[];
}

/**
 * Takes down how the containers of the measured app were created: image, command, environment, labels, mounts, network,
 * aliases, logging and all else.
 */
export async function createFloor(context: BenchContext, { label, value }: Crowd): Promise<Floor> {
	const agent = new QuietAgent();
	const options = { host: context.device.ip, port: 2375, protocol: 'http', agent } as const;
	const docker = new Docker({ ...options, version: 'v1.41' });
	const filters = { label: [`${label}=${value}`] };
	const listed = await within('a list', longestMs, docker.listContainers({ all: true, filters }));
	const creations = await Promise.all(
		listed.map(async ({ Id }, index) => toCreation(await docker.getContainer(Id).inspect(), index)),
	);
	const parts: Parts = { context, docker, creations };
	return {
		count: creations.length,
		bringUp: (concurrency) => bringUp(parts, concurrency),
		takeDown: (concurrency) => takeDown(parts, concurrency),
		replaceOne: () => replaceOne({ ...parts, creations: creations.slice(0, 1) }),
		restartAll: () => restartAll(parts),
		close: () => agent.destroy(),
	};
}

async function bringUp(parts: Parts, concurrency: number): Promise<number> {
	return withContainers(parts, async () => {
		const { tookMs } = await followFloor(parts, {
			what: `${parts.creations.length} containers started`,
			isOver: isDone('start', parts.creations.length),
			begin: () => createAll(parts, concurrency),
		});
		return tookMs;
	});
}

async function takeDown(parts: Parts, concurrency: number): Promise<number> {
	return withContainers(parts, async () => {
		const made = await createAll(parts, setUpConcurrency);
		const { tookMs } = await followFloor(parts, {
			what: `${made.length} containers removed`,
			isOver: isDone('destroy', made.length),
			begin: () => inTurn(made, concurrency, remove),
		});
		return tookMs;
	});
}

async function replaceOne(parts: Parts): Promise<Course> {
	return withContainers(parts, async () => {
		const [old] = await createAll(parts, 1);
		return followFloor(parts, {
			what: 'a container replaced',
			isOver: isDone('start', 1),
			begin: async () => {
				if (old !== undefined) await remove(old);
				await createAll(parts, 1);
			},
		});
	});
}

async function restartAll(parts: Parts): Promise<Course> {
	return withContainers(parts, async () => {
		const made = await createAll(parts, setUpConcurrency);
		return followFloor(parts, {
			what: `${made.length} containers stopped and started`,
			isOver: isDone('start', made.length),
			begin: () =>
				inTurn(made, 1, async (container) => {
					await container.stop();
					await container.start();
				}),
		});
	});
}

const followFloor = ({ context }: Parts, options: CourseOptions): Promise<Course> =>
	follow(context, floorCrowd, options);

/** Runs `work` and removes every container of the floor afterwards. */
async function withContainers<T>({ docker }: Parts, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} finally {
		const filters = { label: [`${floorCrowd.label}=${floorCrowd.value}`] };
		const left = await docker.listContainers({ all: true, filters });
		const containers = left.map(({ Id }) => docker.getContainer(Id));
		await within('the containers removed', longestMs, inTurn(containers, 4, remove));
	}
}

const remove = (container: Docker.Container): Promise<void> =>
	container.remove({ force: true, v: true });

async function createAll(
	{ docker, creations }: Parts,
	concurrency: number,
): Promise<Docker.Container[]> {
	const made: Docker.Container[] = [];
	await inTurn(creations, concurrency, async (creation) => {
		const container = await docker.createContainer(creation);
		await container.start();
		made.push(container);
	});
	return made;
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
