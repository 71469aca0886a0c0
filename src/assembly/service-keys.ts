import { hasCode } from '../kit/errors.ts';
import { serviceKeyOf } from '../model/ids.ts';
import { isTruthy, labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { namedScopes, type NamedScope, type StateStore } from '../ports/state-store.ts';
import type { StateBoard } from '../loop/board.ts';

export interface ServiceKeysDeps {
	readonly store: Pick<StateStore, 'serviceApiKey'>;
	readonly engine: Pick<ContainerEngine, 'inspectContainer'>;
	readonly board: Pick<StateBoard, 'snapshot'>;
}

const apiLabel = 'io.balena.features.supervisor-api';
const keyVariable = 'BALENA_SUPERVISOR_API_KEY=';
const never = new AbortController().signal;

/**
 * The keys of the app's services that ask for one, by `serviceKeyOf`. One that the store does not know is the one that
 * the service's container has already, so that a lost database makes no container anew; else a new one.
 * @throws {SupervisorError} STORE_FAILED, ENGINE_UNAVAILABLE
 */
export async function serviceKeysOf(
	app: TargetApp | undefined,
	deps: ServiceKeysDeps,
): Promise<Record<string, string>> {
	if (app === undefined) return {};
	const keys = await Promise.all(
		servicesAsking(app).map(async (service): Promise<[string, string]> => {
			const { serviceName, labels } = service;
			const { key } = await deps.store.serviceApiKey(app.appId, serviceName, {
				scopes: scopesOf(labels[labelNames.apiScopes]),
				held: () => heldKey(app, service, deps),
				holders: containersOf(app, service, deps).map(({ containerId }) => containerId),
			});
			return [serviceKeyOf(app.appUuid, serviceName), key];
		}),
	);
	return Object.fromEntries(keys);
}

/**
 * The keys that the containers of the app's services have; a service without a container has a text in place of one.
 * For plans that nobody carries out: no key is made.
 * @throws {SupervisorError} ENGINE_UNAVAILABLE
 */
export async function heldKeysOf(
	app: TargetApp,
	deps: Omit<ServiceKeysDeps, 'store'>,
): Promise<Record<string, string>> {
	const keys = await Promise.all(
		servicesAsking(app).map(async (service): Promise<[string, string]> => {
			const key = (await heldKey(app, service, deps)) ?? 'made-when-needed';
			return [serviceKeyOf(app.appUuid, service.serviceName), key];
		}),
	);
	return Object.fromEntries(keys);
}

function servicesAsking({ release }: TargetApp): TargetService[] {
	return (release?.services ?? []).filter(({ labels }) => isTruthy(labels[apiLabel]));
}

/** The scopes that a label names, each once, in the order of the table; other words are left out. */
function scopesOf(label = ''): NamedScope[] {
	const words = label.split(',').map((word) => word.trim());
	return namedScopes.filter((scope) => words.includes(scope));
}

/** The service's containers, newest first. */
function containersOf(
	{ appUuid }: TargetApp,
	{ serviceName }: TargetService,
	{ board }: Pick<ServiceKeysDeps, 'board'>,
): ObservedContainer[] {
	return (board.snapshot().observed?.containers ?? [])
		.filter(({ labels }) => labels[labelNames.appUuid] === appUuid)
		.filter(({ labels }) => labels[labelNames.serviceName] === serviceName)
		.sort((a, b) => b.createdAtSec - a.createdAtSec);
}

/** The key in the environment of the service's newest container. */
async function heldKey(
	app: TargetApp,
	service: TargetService,
	deps: Omit<ServiceKeysDeps, 'store'>,
): Promise<string | undefined> {
	const [newest] = containersOf(app, service, deps);
	if (newest === undefined) return undefined;
	try {
		const { env } = await deps.engine.inspectContainer(newest.containerId, never);
		return env.find((line) => line.startsWith(keyVariable))?.slice(keyVariable.length);
	} catch (err) {
		if (hasCode(err, 'ENGINE_NOT_FOUND')) return undefined;
		throw err;
	}
}
