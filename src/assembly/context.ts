import Bluebird from 'bluebird';
import type { TargetApp } from '../model/target.ts';
import type { DeviceContext } from '../plan/context.ts';
import type { ConfigFile, Host, RebootMark } from '../ports/host.ts';
import { serviceKeysOf, type ServiceKeysDeps } from './service-keys.ts';
import type { SettingsHolder } from './settings-holder.ts';

export interface ContextDeps extends ServiceKeysDeps {
	readonly config: ConfigFile;
	readonly host: Host;
	readonly settings: SettingsHolder;
	readonly rebootMark: Pick<RebootMark, 'read'>;
	readonly engineSocketPath: string;
}

/** Paths of the host that feature labels ask for and that not every device has. */
const optionalPaths = ['/lib/modules', '/lib/firmware'];

/** Gathers the facts of the device that an app's containers depend on; makes the keys of its services. */
export function createContextSource(
	deps: ContextDeps,
): (target: TargetApp | undefined) => Promise<DeviceContext> {
	const { config, host, board, settings, engineSocketPath, rebootMark } = deps;
	return async (target) => {
		const { uuid = '', listenPort, apiEndpoint, deviceApiKey } = await config.read();
		const facts = await host.system();
		return {
			uuid,
			deviceName: board.snapshot().target?.deviceName ?? '',
			deviceType: facts.deviceType,
			deviceArch: facts.deviceArch,
			osVersion: facts.osVersion ?? '',
			osBuild: facts.osBuild,
			apiPort: listenPort,
			...(apiEndpoint === '' ? {} : { cloud: { apiEndpoint, deviceApiKey } }),
			serviceApiKeys: await serviceKeysOf(target, deps),
			engineSocketPath,
			hostPaths: await Bluebird.filter(optionalPaths, (path) => host.hasPath(path)),
			overrideLocks: settings.current().overrideLocks,
			rebootDueFor: (await rebootMark.read())?.services ?? [],
		};
	};
}
