import Bluebird from 'bluebird';
import { serviceKeyOf } from '../model/ids.ts';
import { isTruthy } from '../model/labels.ts';
import type { TargetApp } from '../model/target.ts';
import type { DeviceContext } from '../plan/context.ts';
import type { ConfigFile, Host } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { StateBoard } from '../loop/board.ts';
import type { SettingsHolder } from './settings-holder.ts';

export interface ContextDeps {
	readonly config: ConfigFile;
	readonly host: Host;
	readonly store: Pick<StateStore, 'serviceApiKey'>;
	readonly board: Pick<StateBoard, 'snapshot'>;
	readonly settings: SettingsHolder;
	readonly engineSocketPath: string;
}

/** Paths of the host that feature labels ask for and that not every device has. */
const optionalPaths = ['/lib/modules', '/lib/firmware'];
const apiLabel = 'io.balena.features.supervisor-api';

/** Gathers the facts of the device that an app's containers depend on; makes the keys of its services. */
export function createContextSource(
	deps: ContextDeps,
): (target: TargetApp | undefined) => Promise<DeviceContext> {
	const { config, host, board, settings, engineSocketPath } = deps;
	return async (target) => {
		const { uuid = '', listenPort, apiEndpoint, deviceApiKey } = await config.read();
		const facts = await host.system();
		return {
			uuid,
			deviceName: board.snapshot().target?.deviceName ?? '',
			deviceType: facts.deviceType,
			deviceArch: facts.deviceArch,
			osVersion: facts.osVersion ?? '',
			apiPort: listenPort,
			...(apiEndpoint === '' ? {} : { cloud: { apiEndpoint, deviceApiKey } }),
			serviceApiKeys: await serviceKeys(target, deps.store),
			engineSocketPath,
			hostPaths: await Bluebird.filter(optionalPaths, (path) => host.hasPath(path)),
			overrideLocks: settings.current().overrideLocks,
		};
	};
}

async function serviceKeys(
	target: TargetApp | undefined,
	store: ContextDeps['store'],
): Promise<Record<string, string>> {
	const services = (target?.release?.services ?? []).filter(({ labels }) =>
		isTruthy(labels[apiLabel]),
	);
	const keys = await Promise.all(
		services.map(async ({ serviceName }): Promise<[string, string]> => {
			const appId = target?.appId ?? 0;
			const { key } = await store.serviceApiKey(appId, serviceName);
			return [target === undefined ? serviceName : serviceKeyOf(target.appUuid, serviceName), key];
		}),
	);
	return Object.fromEntries(keys);
}
