import type { ApiDeps } from '../api/deps.ts';
import { createRegistryAuth } from '../cloud/registry-auth.ts';
import { createRegistryRealm } from '../cloud/registry-realm.ts';
import { createControl } from '../control/create-control.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createStateBoard } from '../loop/board.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import { supervisorStarting } from '../report/system-messages.ts';
import type { Basis } from './basis.ts';
import { createApiDeps } from './api-deps.ts';
import { createTargetEntrance } from './backup.ts';
import { createCloud, createCloudLink } from './cloud.ts';
import { collectGarbage, createIdleCollector } from './idle-collector.ts';
import { createLocal, type Local } from './local.ts';
import { createLogInlets, createLogOutlets } from './logs.ts';
import { createLoop, type Loop } from './loop.ts';
import { preload } from './preload.ts';
import { createTargetSetter } from './target-setter.ts';

/** A supervisor that is put together and waits to be run. */
export interface Device {
	readonly jobs: readonly Job[];
	readonly api: ApiDeps;
}

/** Introduces the rooms to one another; the target that was in force last is in force again. */
export async function createDevice(basis: Basis): Promise<Device> {
	const { settings, clock, log } = basis;
	const board = createStateBoard();
	const link = createCloudLink(basis);
	const outlets = createLogOutlets(basis, { link, board });
	const announce = (message: string): void => {
		log.info({ message }, 'system message');
		outlets.system.announce(message);
	};
	const registryAuth = createRegistryAuth({ ...basis, realm: createRegistryRealm(link) });
	const loop = createLoop(basis, { board, registryAuth, announce });
	const { reconciler } = loop;
	const enter = await createTargetSetter(basis, { reconciler, announce });
	const { setTarget, jobs: restoring } = await createTargetEntrance(basis, enter, announce);
	const local = await createLocal(basis, { loop, setTarget, announce, hub: outlets.hub });
	const cloud = createCloud(basis, {
		...{ link, loop, announce },
		setTarget: (target, options) => local.mode.setBase(target, options),
		reportsApps: () => local.mode.phase === 'off' || local.mode.phase === 'entering',
	});
	const control = createControl({
		...loop,
		announce,
		triggerPoll: (options) => cloud.poller.trigger(options),
		instantUpdates: () => settings.current().instantUpdates,
		log,
	});
	const idleCollector = createIdleCollector({
		onChange: (listener) => board.subscribe(listener),
		collect: collectGarbage,
		clock,
	});
	const logInlets = createLogInlets(basis, { outlets, loop });
	announce(supervisorStarting);
	await preload(basis, announce);
	await restoreTarget(basis, { loop, local });
	return {
		jobs: [
			...[loop.observer, loop.reconciler, ...restoring, ...logInlets, ...outlets.jobs],
			...[link.provisioner, cloud.poller, cloud.reporter, local.mode, idleCollector],
		],
		api: await createApiDeps(basis, {
			...{ loop, control, cloud },
			...{ local: local.api, localMode: local.mode },
		}),
	};
}

/** A stored target that cannot be decoded any more is left out: the next poll brings another. */
async function restoreTarget(
	{ store, log }: Basis,
	{ loop, local }: { readonly loop: Loop; readonly local: Local },
): Promise<void> {
	const stored = await store.loadTarget();
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
