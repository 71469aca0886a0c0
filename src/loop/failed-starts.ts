import { hasCode } from '../kit/errors.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { containersOf } from './intents-met.ts';

/**
 * Finds containers that the engine could not start again when it came up itself, as an address their ports are published
 * on was not there yet (contract 5.4): the engine leaves them, and they look as if they had ended by themselves.
 */
export interface FailedStarts {
	/**
	 * Wishes that start them. Each exited container is asked about once.
	 * @throws {SupervisorError} ENGINE_UNAVAILABLE
	 */
	wishesFor(
		target: TargetApp,
		observed: ObservedState,
		signal: AbortSignal,
	): Promise<readonly Intent[]>;
}

export function createFailedStarts(
	engine: Pick<ContainerEngine, 'inspectContainer'>,
): FailedStarts {
	/** Containers that ended by themselves. */
	const ended = new Set<string>();
	const couldNotStart = async (containerId: string, signal: AbortSignal): Promise<boolean> => {
		if (ended.has(containerId)) return false;
		try {
			const { startError = '' } = await engine.inspectContainer(containerId, signal);
			if (/cannot assign requested address/i.test(startError)) return true;
			ended.add(containerId);
		} catch (err) {
			if (!hasCode(err, 'ENGINE_NOT_FOUND')) throw err; // gone meanwhile: the next look sees it
		}
		return false;
	};
	return {
		async wishesFor(target, observed, signal) {
			const containers = containersOf(observed, target.appUuid);
			for (const { containerId, state } of containers) {
				if (state !== 'exited') ended.delete(containerId);
			}
			const wishes: Intent[] = [];
			for (const { serviceName, containerId } of idleServices(target, containers)) {
				if (await couldNotStart(containerId, signal)) wishes.push({ kind: 'start', serviceName });
			}
			return wishes;
		},
	};
}

/** Services that shall run and whose only container has exited. */
function idleServices(
	{ release }: TargetApp,
	containers: readonly ObservedContainer[],
): { readonly serviceName: string; readonly containerId: string }[] {
	return (release?.services ?? [])
		.filter(({ running }) => running)
		.flatMap(({ serviceName }) => {
			const own = containers.filter(({ labels }) => labels[labelNames.serviceName] === serviceName);
			const [only] = own;
			const isIdle = own.length === 1 && only?.state === 'exited';
			return isIdle ? [{ serviceName, containerId: only.containerId }] : [];
		});
}
