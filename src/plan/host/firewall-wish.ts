import type { Settings } from '../../config/settings.ts';
import type { FirewallWish } from '../../model/firewall.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { TargetState } from '../../model/target.ts';
import { isRunning } from '../is-running.ts';

export interface FirewallWishInput {
	readonly settings: Pick<Settings, 'firewallMode'>;
	/** Every request is taken without a key: the device is in local mode, or has no cloud. */
	readonly isApiOpen: boolean;
	readonly apiPort: number;
	readonly overridePort?: number | undefined;
	readonly target?: TargetState | undefined;
	readonly observed?: ObservedState | undefined;
}

/** How the firewall should be. With `auto` it is closed from the moment that a service with the host's network is wanted. */
export function computeFirewallWish(input: FirewallWishInput): FirewallWish {
	const { settings, target, observed, ...rest } = input;
	const { firewallMode } = settings;
	const isClosed =
		firewallMode === 'on' ||
		(firewallMode === 'auto' && (wantsHostNetwork(target) || usesHostNetwork(observed)));
	const { apiPort, overridePort, isApiOpen } = rest;
	return { isClosed, apiPort, overridePort, isApiOpen };
}

function wantsHostNetwork(target: TargetState | undefined): boolean {
	const services = target?.apps.flatMap(({ release }) => release?.services ?? []) ?? [];
	return services.some(({ running, composition }) => running && composition.networkMode === 'host');
}

/** A container stays until its service is replaced, whatever the target says by now. */
function usesHostNetwork(observed: ObservedState | undefined): boolean {
	const containers = observed?.containers ?? [];
	return containers.some((container) => container.networkMode === 'host' && isRunning(container));
}
