import { hasCode } from '../kit/errors.ts';
import { serviceKeyOf } from '../model/ids.ts';
import { isTruthy, labelNames } from '../model/labels.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { StateStore } from '../ports/state-store.ts';
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
			const { serviceName } = service;
			const held = (): Promise<string | undefined> => heldKey(app, service, deps);
			const { key } = await deps.store.serviceApiKey(app.appId, serviceName, held);
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

/** The key in the environment of the service's newest container. */
async function heldKey(
	app: TargetApp,
	{ serviceName }: TargetService,
	{ engine, board }: Omit<ServiceKeysDeps, 'store'>,
): Promise<string | undefined> {
	const [newest] = (board.snapshot().observed?.containers ?? [])
		.filter(({ labels }) => labels[labelNames.appUuid] === app.appUuid)
		.filter(({ labels }) => labels[labelNames.serviceName] === serviceName)
		.sort((a, b) => b.createdAtSec - a.createdAtSec);
	if (newest === undefined) return undefined;
	try {
		const { env } = await engine.inspectContainer(newest.containerId, never);
		return env.find((line) => line.startsWith(keyVariable))?.slice(keyVariable.length);
	} catch (err) {
		if (hasCode(err, 'ENGINE_NOT_FOUND')) return undefined;
		throw err;
	}
}
