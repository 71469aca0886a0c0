import type { Clock } from '../kit/clock.ts';
import type { ContainerSpec } from '../model/container-spec.ts';
import { labelNames } from '../model/labels.ts';
import type { ContainerCalls } from '../ports/container-engine.ts';
import type { ArchitectureWatch } from './architecture.ts';
import type { EngineConnection } from './connection.ts';
import { alreadySo, statusOf } from './errors.ts';
import { existingContainer } from './existing-container.ts';
import { dialCreate, type RawCreation } from './create-container.ts';
import { mapAnswer } from './raw.ts';
import { toObservedContainer } from './container-list.ts';
import { toContainerDetails } from './container-details.ts';
import { toContainerUsage } from './container-usage.ts';

interface ContainerDeps {
	readonly clock: Clock;
	readonly connection: EngineConnection;
	readonly architecture: ArchitectureWatch;
}

/** Creating and starting wait for disks; ten minutes say that the engine hangs. */
const slowMs = 600_000;

/** A stop takes as long as the container's own grace period. */
const endless = Number.POSITIVE_INFINITY;

export function createContainerCalls(deps: ContainerDeps): ContainerCalls {
	return {
		...readingCalls(deps),
		...creatingCalls(deps),
		...changingCalls(deps),
		...updatingCalls(deps),
	};
}

function readingCalls({
	connection: { call },
}: ContainerDeps): Pick<ContainerCalls, 'listContainers' | 'inspectContainer' | 'containerUsage'> {
	return {
		async listContainers(signal) {
			const filters = { label: [labelNames.supervised] };
			const list = await call(signal, (docker, abortSignal) =>
				docker.listContainers({ all: true, filters, abortSignal }),
			);
			return mapAnswer(list, toObservedContainer);
		},
		async inspectContainer(container, signal) {
			const raw = await call(signal, (docker, abortSignal) =>
				docker.getContainer(container).inspect({ abortSignal }),
			);
			return toContainerDetails(raw);
		},
		async containerUsage(container, signal) {
			// One shot: without it the engine takes two readings, a second apart.
			const options = { stream: false, 'one-shot': true } as const;
			const raw = await call(signal, (docker, abortSignal) =>
				docker.getContainer(container).stats(Object.assign({ abortSignal }, options)),
			);
			return toContainerUsage(raw);
		},
	};
}

function creatingCalls(
	deps: ContainerDeps,
): Pick<ContainerCalls, 'createContainer' | 'connectNetwork' | 'startContainer'> {
	const { architecture } = deps;
	const { call } = deps.connection;
	const create = (spec: ContainerSpec, signal: AbortSignal): Promise<RawCreation> =>
		call(signal, (docker, abortSignal) => dialCreate(docker, spec, abortSignal), slowMs);
	return {
		async createContainer(spec, signal) {
			try {
				const { Id, Warnings } = await create(spec, signal);
				architecture.note({ containerId: Id, spec, warnings: Warnings ?? [] });
				return Id;
			} catch (err) {
				if (statusOf(err) !== 409) throw err;
				return existingContainer(deps, { name: spec.name, conflict: err }, signal);
			}
		},
		async connectNetwork(container, { network, endpoint }, signal) {
			const options = { Container: container, EndpointConfig: endpoint };
			const work = call(signal, (docker, abortSignal) =>
				docker.getNetwork(network).connect({ ...options, abortSignal } as object),
			);
			await work.catch((err: unknown) => {
				if (!isAttachedAlready(err)) throw err;
			});
		},
		async startContainer(container, signal) {
			const work = call(
				signal,
				(docker, abortSignal) => docker.getContainer(container).start({ abortSignal }),
				slowMs,
			);
			await alreadySo(work, [304]);
			await architecture.confirm(container, signal);
		},
	};
}

function changingCalls({
	connection,
	architecture,
}: ContainerDeps): Pick<ContainerCalls, 'stopContainer' | 'removeContainer' | 'renameContainer'> {
	const { call } = connection;
	const waitUntilRemoved = (container: string, signal: AbortSignal): Promise<unknown> =>
		call(
			signal,
			(docker, abortSignal) =>
				docker.getContainer(container).wait({ condition: 'removed', abortSignal }),
			slowMs,
		);
	return {
		async stopContainer(container, signal) {
			const work = call(
				signal,
				(docker, abortSignal) => docker.getContainer(container).stop({ abortSignal }),
				endless,
			);
			await alreadySo(work, [304, 404]);
		},
		async removeContainer(container, signal) {
			architecture.forget(container);
			const options = { v: true, force: true };
			const work = call(
				signal,
				(docker, abortSignal) => docker.getContainer(container).remove({ ...options, abortSignal }),
				slowMs,
			);
			await alreadySo(work, [404]).catch(async (err: unknown) => {
				if (statusOf(err) !== 409 || !/already in progress/.test(String(err))) throw err;
				await alreadySo(waitUntilRemoved(container, signal), [404]);
			});
		},
		async renameContainer(container, name, signal) {
			const rename = call(signal, (docker, abortSignal) =>
				docker.getContainer(container).rename({ name, abortSignal }),
			);
			await rename.catch(async (err: unknown) => {
				if (!(await isNamed(connection, { container, name }, signal))) throw err;
			});
		},
	};
}

function updatingCalls({
	connection: { call },
}: ContainerDeps): Pick<
	ContainerCalls,
	'restartContainer' | 'updateRestartPolicy' | 'ensureCpuShares'
> {
	return {
		async restartContainer(container, signal) {
			await call(
				signal,
				(docker, abortSignal) => docker.getContainer(container).restart({ abortSignal }),
				endless,
			);
		},
		async updateRestartPolicy(container, policy, signal) {
			await call(signal, (docker, abortSignal) =>
				docker.getContainer(container).update({ RestartPolicy: policy, abortSignal }),
			);
		},
		async ensureCpuShares(container, shares, signal) {
			const found = await call(signal, (docker, abortSignal) =>
				docker.getContainer(container).inspect({ abortSignal }),
			);
			if ((found.HostConfig.CpuShares ?? 0) !== 0) return false;
			await call(signal, (docker, abortSignal) =>
				docker.getContainer(container).update({ CpuShares: shares, abortSignal }),
			);
			return true;
		},
	};
}

/** The engine refuses to rename a container to the name it has, with a status it uses for much else. */
async function isNamed(
	{ call }: EngineConnection,
	{ container, name }: { container: string; name: string },
	signal: AbortSignal,
): Promise<boolean> {
	const inspect = call(signal, (docker, abortSignal) =>
		docker.getContainer(container).inspect({ abortSignal }),
	);
	return inspect.then(
		(found) => found.Name === `/${name}`,
		() => false,
	);
}

/** The engine's words for an endpoint that exists, in its versions. */
function isAttachedAlready(err: unknown): boolean {
	return /already exists in network|already attached to network/.test(String(err));
}
