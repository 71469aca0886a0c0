import type { ApiDeps } from '../api/deps.ts';
import { createRegistryAuth } from '../cloud/registry-auth.ts';
import { createRegistryRealm } from '../cloud/registry-realm.ts';
import { createControl } from '../control/create-control.ts';
import { readOwnContainerId } from '../host/own-container.ts';
import type { Clock } from '../kit/clock.ts';
import { createTopic, type Topic } from '../kit/emitter.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createStateBoard, type StateBoard } from '../loop/board.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import type { ConnectionLight } from '../ports/host-services.ts';
import { supervisorStarting } from '../report/system-messages.ts';
import { createAppTargetDoors } from './app-targets.ts';
import type { Basis } from './basis.ts';
import { createCpuWeight } from './cpu-weight.ts';
import { createApiDeps } from './api-deps.ts';
import { createCloud, createCloudLink, type Cloud, type CloudOptions } from './cloud.ts';
import { collectGarbage, createIdleCollector } from './idle-collector.ts';
import { createHostParts } from './host-api.ts';
import { createKeyRotation } from './key-rotation.ts';
import { createLocal, type Local } from './local.ts';
import { createLogInlets, createLogOutlets } from './logs.ts';
import { createLoop, type Loop } from './loop.ts';
import { preload } from './preload.ts';
import { createTargetEntrance } from './target-entrance.ts';
import { createTargetSetter } from './target-setter.ts';
import { createWatch, type Watch } from './watch.ts';

/** A supervisor that is put together and waits to be run. */
export interface Device {
	readonly jobs: readonly Job[];
	/** What is left to be written is written; to be called when all jobs have ended. */
	readonly finish: () => Promise<void>;
	readonly api: ApiDeps;
}

/** Introduces the rooms to one another; the target that was in force last is in force again. */
export async function createDevice(basis: Basis): Promise<Device> {
	const { configJson, settings, clock, log } = basis;
	const board = createStateBoard();
	const link = createCloudLink(basis);
	const watch = await createWatch(basis, { board, link });
	const outlets = createLogOutlets(basis, { link, board, tap: watch.logTap });
	const announce = (message: string): void => {
		log.info({ message }, 'system message');
		outlets.system.announce(message);
	};
	const registryAuth = createRegistryAuth({ ...basis, realm: createRegistryRealm(link) });
	const loop = createLoop(basis, { board, link, registryAuth, announce, outlets, watch });
	const isLocal = (): boolean => local.mode.record !== undefined;
	const reconciler = watch.targets.watched(loop.reconciler, isLocal);
	const enter = await createTargetSetter(basis, { reconciler, announce });
	const { setTarget, jobs: entering } = await createTargetEntrance(basis, enter, announce);
	const local = await createLocal(basis, { loop, setTarget, announce, hub: outlets.hub });
	const cloud = cloudOf(basis, { link, loop, announce, watch, local, light: () => host.light });
	const control = createControl({
		...{ ...loop, announce, log },
		triggerPoll: (options) => cloud.poller.trigger(options),
		instantUpdates: () => settings.current().instantUpdates,
	});
	const doors = createAppTargetDoors(basis, { loop, watch, announce, localMode: local.mode });
	const host = createHostParts(basis, { link, loop, announce });
	const muchRequested = createTopic<number>();
	const rotation = createKeyRotation({
		...{ ...basis, board, isManaged: configJson.apiEndpoint !== '' },
		keyInCloud: () => cloud.reporter.apiSecretInCloud(),
	});
	const logInlets = createLogInlets(basis, { outlets, loop });
	announce(supervisorStarting);
	await preload(basis, announce);
	await restoreTarget(basis, { loop, local, watch });
	return {
		jobs: [
			...watch.jobs,
			...[loop.observer, loop.reconciler, ...entering, ...logInlets, ...outlets.jobs],
			...[link.provisioner, ...cloud.jobs, local.mode, ...host.jobs, rotation],
			...[doors.inbox, idleCollectorOf(board, muchRequested, clock), cpuWeightOf(basis)],
		],
		finish: watch.finish,
		api: await createApiDeps(basis, {
			...{ loop, control, cloud, rotation, hostApi: host.api },
			watch: { watch, loop, link, outlets, muchRequested },
			...{ local: local.api, doors, registry: { registryAuth, http: link.http } },
		}),
	};
}

interface CloudParts extends Pick<CloudOptions, 'link' | 'loop' | 'announce'> {
	readonly watch: Watch;
	readonly local: Local;
	readonly light: () => ConnectionLight;
}

/** What the cloud sends is the base: a local target may hold in its place. */
function cloudOf(basis: Basis, { watch, local, light, ...parts }: CloudParts): Cloud {
	return createCloud(basis, {
		...parts,
		watch,
		setTarget: (target, options) => {
			watch.targets.baseIsFrom('cloud');
			local.mode.setBase(target, options);
		},
		onConnection: (isConnected) => light().showConnection(isConnected !== false),
		reportsApps: () => local.mode.phase === 'off' || local.mode.phase === 'entering',
	});
}

/** Many requests leave as much behind as a change does. */
function idleCollectorOf(board: StateBoard, muchRequested: Topic<number>, clock: Clock): Job {
	const onChange = (listener: () => void): (() => void) => {
		const subscriptions = [board.subscribe(listener), muchRequested.subscribe(listener)];
		return () => subscriptions.forEach((end) => end());
	};
	return createIdleCollector({ onChange, collect: collectGarbage, clock });
}

function cpuWeightOf(basis: Basis): Job {
	const { supervisorContainerId, cpuShares } = basis.environment;
	const ownContainer = async (): Promise<string | undefined> =>
		supervisorContainerId ?? (await readOwnContainerId());
	return createCpuWeight({ ...basis, ownContainer, shares: cpuShares });
}

/** A stored target that cannot be decoded any more is left out: the next poll brings another. */
async function restoreTarget(
	{ store, log }: Basis,
	{ loop, local, watch }: { readonly loop: Loop; readonly local: Local; readonly watch: Watch },
): Promise<void> {
	const stored = await store.loadTarget();
	if (stored !== undefined) watch.targets.baseIsFrom(stored.source);
	local.mode.setBase(stored === undefined ? undefined : decodeStored(stored.document, log));
	const apps = loop.board.snapshot().target?.apps.length;
	if (apps !== undefined) log.info({ source: stored?.source, apps }, 'stored target is in force');
}

function decodeStored(document: unknown, log: Logger): TargetState | undefined {
	try {
		return decodeTargetDevice(document);
	} catch (err) {
		log.error({ err }, 'stored target cannot be read, waiting for another');
		return undefined;
	}
}
