import { hasCode } from '../kit/errors.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent, StartContainerStep } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { containersOf } from './intents-met.ts';

/**
 * Finds containers that the engine could not start again when it came up itself, as an address their ports are published
 * on was not there yet (contract 5.4): the engine leaves them, and they look as if they had ended by themselves.
 */
export interface FailedStarts {
	/** A start by this process failed: a container that is found exited then is to be started again. */
	note(step: StartContainerStep): void;
	/** Somebody wants the service stopped: what failed counts no more. */
	forget(appUuid: string, serviceName: string): void;
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
	/** By name or id: containers whose start failed here. */
	const failed = new Map<string, StartContainerStep>();
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
		note: (step) => void failed.set(step.container, step),
		forget(appUuid, serviceName) {
			for (const [container, step] of failed) {
				if (step.appUuid === appUuid && step.serviceName === serviceName) failed.delete(container);
			}
		},
		async wishesFor(target, observed, signal) {
			const containers = containersOf(observed, target.appUuid);
			for (const { containerId, state } of containers) {
				if (state !== 'exited') ended.delete(containerId);
			}
			const wishes = startsAgain(target, containers, failed);
			for (const { serviceName, containerId } of idleServices(target, containers)) {
				if (await couldNotStart(containerId, signal)) wishes.push({ kind: 'start', serviceName });
			}
			return wishes;
		},
	};
}

/** Wishes for services with a container that this process could not start and that has exited; one that runs is forgotten. */
function startsAgain(
	{ release }: TargetApp,
	containers: readonly ObservedContainer[],
	failed: Map<string, StartContainerStep>,
): Intent[] {
	const suspects = containers.filter((one) => failed.has(one.containerId) || failed.has(one.name));
	for (const { containerId, name } of suspects.filter(({ state }) => state === 'running')) {
		failed.delete(containerId);
		failed.delete(name);
	}
	const services = new Set(
		suspects
			.filter(({ state }) => state === 'exited')
			.map(({ labels }) => labels[labelNames.serviceName]),
	);
	return (release?.services ?? [])
		.filter(({ running, serviceName }) => running && services.has(serviceName))
		.map(({ serviceName }) => ({ kind: 'start', serviceName }));
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
