import Docker from 'dockerode';
import type { BenchContext } from './context.ts';

/** Resolves when `count` containers of the measured app run, and no other of its containers is left. */
export async function untilRunning({ engine }: BenchContext, count: number): Promise<number> {
	const stop = new AbortController();
	const isDone = async (): Promise<boolean> => {
		const containers = await engine.listContainers(stop.signal);
		return containers.length === count && containers.every(({ state }) => state === 'running');
	};
	try {
		const events = engine.events(stop.signal)[Symbol.asyncIterator]();
		let next = events.next();
		let doneAt = performance.now();
		while (!(await isDone())) {
			await next;
			doneAt = performance.now();
			next = events.next();
		}
		next.catch(() => undefined);
		return doneAt;
	} finally {
		stop.abort();
	}
}

/** What the raw engine is asked to create: the containers of the app as the supervisor made them, under other names. */
export async function copyContainers({
	device,
}: BenchContext): Promise<Docker.ContainerCreateOptions[]> {
	const docker = new Docker({ host: device.ip, port: 2375, protocol: 'http' });
	const filters = { label: ['io.balena.supervised'] };
	const listed = await docker.listContainers({ all: true, filters });
	return Promise.all(
		listed.map(async ({ Id }, index) => {
			const { Config, HostConfig, NetworkSettings } = await docker.getContainer(Id).inspect();
			const [network] = Object.keys(NetworkSettings.Networks);
			return {
				...Config,
				name: `floor_${index}`,
				Hostname: '',
				Labels: { 'io.holdfast.bench': 'floor' },
				HostConfig,
				NetworkingConfig: { EndpointsConfig: { [network ?? 'bridge']: {} } },
			};
		}),
	);
}

/** The engine alone creates and starts these containers. @returns milliseconds; they are removed afterwards */
export async function measureFloor(
	{ device }: BenchContext,
	containers: readonly Docker.ContainerCreateOptions[],
	concurrency: number,
): Promise<number> {
	const docker = new Docker({ host: device.ip, port: 2375, protocol: 'http' });
	const queue = [...containers];
	const made: Docker.Container[] = [];
	const startedAt = performance.now();
	const work = async (): Promise<void> => {
		for (let options = queue.shift(); options !== undefined; options = queue.shift()) {
			const container = await docker.createContainer(options);
			made.push(container);
			await container.start();
		}
	};
	await Promise.all(Array.from({ length: concurrency }, work));
	const took = performance.now() - startedAt;
	await Promise.all(made.map((container) => container.remove({ force: true })));
	return took;
}
