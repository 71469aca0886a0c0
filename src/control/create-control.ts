import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { AppId } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { Intent } from '../model/plan.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp } from '../model/target.ts';
import type { StateBoard } from '../loop/board.ts';
import type { Reconciler } from '../loop/reconciler.ts';
import type { Control, ControlOptions } from './control.ts';
import { appNotFound, containersOfApp, findApp, selectService } from './select-service.ts';

export interface ControlDeps {
	readonly reconciler: Pick<Reconciler, 'request' | 'retryNow' | 'goDown'>;
	readonly board: Pick<StateBoard, 'snapshot'>;
	/** Asks the cloud for the target soon, in the background; does nothing on a device without a cloud. */
	readonly triggerPoll: (options: { readonly force: boolean; readonly cancel: boolean }) => void;
	/** True when a person's or the cloud's word makes the device poll at once. */
	readonly instantUpdates: () => boolean;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	readonly log: Logger;
}

export function createControl(deps: ControlDeps): Control {
	const { reconciler, board } = deps;
	const snapshot = (): DeviceSnapshot => board.snapshot();
	return {
		async update({ force, cancel }) {
			await Promise.resolve();
			if (!force && !deps.instantUpdates()) return false;
			deps.triggerPoll({ force, cancel });
			if (force) reconciler.retryNow({ force }); // the locks in the way may be those of the present target
			return true;
		},
		async goDown(order, { force }) {
			deps.log.info({ order, force }, 'action asked for');
			await reconciler.goDown(order, { force });
		},
		restartApp: (appId, options) => restartApp(appId, options, deps),
		purgeApp: (appId, options) => purgeApp(appId, options, deps),
		async restartService(appId, selector, options) {
			const { app, containers } = selectService(snapshot(), appId, selector);
			await ask(app, { kind: 'replace', containerIds: idsOf(containers) }, { options, deps });
		},
		async stopService(appId, selector, options) {
			const { app, service, containers } = selectService(snapshot(), appId, selector);
			const { serviceName } = service;
			await ask(app, { kind: 'stop', serviceName }, { options, deps });
			return containerIdNow(snapshot(), { appId, serviceName }) ?? idsOf(containers)[0] ?? '';
		},
		async startService(appId, selector) {
			const { app, service, containers } = selectService(snapshot(), appId, selector);
			const { serviceName } = service;
			await ask(app, { kind: 'start', serviceName }, { options: { force: false }, deps });
			return containerIdNow(snapshot(), { appId, serviceName }) ?? idsOf(containers)[0] ?? '';
		},
	};
}

interface Asking {
	readonly options: ControlOptions;
	readonly deps: ControlDeps;
}

async function ask(app: TargetApp, intent: Intent, { options, deps }: Asking): Promise<void> {
	const { log, reconciler } = deps;
	log.info({ appId: app.appId, intent: intent.kind, force: options.force }, 'action asked for');
	await reconciler.request(app.appUuid, [intent], options);
}

function requireApp({ board }: ControlDeps, appId: AppId): TargetApp {
	const app = findApp(board.snapshot(), appId);
	if (app === undefined) throw appNotFound();
	return app;
}

async function restartApp(appId: AppId, options: ControlOptions, deps: ControlDeps): Promise<void> {
	const app = requireApp(deps, appId);
	const containerIds = idsOf(containersOfApp(deps.board.snapshot(), appId));
	await ask(app, { kind: 'replace', containerIds }, { options, deps });
}

async function purgeApp(appId: AppId, options: ControlOptions, deps: ControlDeps): Promise<void> {
	const app = requireApp(deps, appId);
	deps.announce(`Purging data for app ${appId}`);
	try {
		await ask(app, { kind: 'purge' }, { options, deps });
		await deps.reconciler.request(app.appUuid, [], options);
	} catch (err) {
		deps.announce(`Error purging data: ${messageOf(err)}`);
		throw err;
	}
	deps.announce('Purged data');
}

function idsOf(containers: readonly { readonly containerId: string }[]): string[] {
	return containers.map(({ containerId }) => containerId);
}

/** The service's newest container. */
function containerIdNow(
	snapshot: DeviceSnapshot,
	{ appId, serviceName }: { readonly appId: AppId; readonly serviceName: string },
): string | undefined {
	return containersOfApp(snapshot, appId).find(
		({ labels }) => labels[labelNames.serviceName] === serviceName,
	)?.containerId;
}
