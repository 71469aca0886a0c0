import type { Logger } from '../kit/logger.ts';
import { takeAllLocks, type AllLocksDeps } from '../loop/all-locks.ts';
import type { HostConfigPatch, HostNetwork } from '../ports/host-config.ts';
import type { ControlOptions } from './control.ts';

export interface HostNetworkControlDeps extends AllLocksDeps {
	readonly network: HostNetwork;
	readonly log: Logger;
}

/**
 * Name and proxy of the host are as asked; while they change, the update locks of all apps are ours, as the network may
 * go away under the services. Nothing is locked for a change of nothing.
 * @throws {SupervisorError} UPDATES_LOCKED, HOST_FAILED, CONFIG_INVALID
 */
export async function changeHostNetwork(
	patch: HostConfigPatch,
	options: ControlOptions,
	deps: HostNetworkControlDeps,
): Promise<void> {
	const changed = [
		...(patch.hostname === undefined ? [] : ['hostname']),
		...(patch.proxy === undefined ? [] : ['proxy']),
	];
	if (changed.length === 0) return;
	deps.log.info({ changed, force: options.force }, 'change of the host network asked for');
	const giveBack = await takeAllLocks(options, deps);
	await deps.network.change(patch).finally(giveBack);
}
