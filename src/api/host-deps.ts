import type { ControlOptions } from '../control/control.ts';
import type { DeviceTags } from '../ports/cloud.ts';
import type { HostConfigPatch, HostNetwork } from '../ports/host-config.ts';
import type { IdentityLight, Journal, Vpn } from '../ports/host-services.ts';

/** What the endpoints about the host and the device as a whole need. */
export interface HostApi {
	readonly network: Pick<HostNetwork, 'read'>;
	/**
	 * See changeHostNetwork.
	 * @param options.oddities - what was given in a form that is not as it should be, to be noted in the log
	 */
	readonly changeNetwork: (
		patch: HostConfigPatch,
		options: ControlOptions & { readonly oddities: readonly string[] },
	) => Promise<void>;
	readonly vpn: Vpn;
	readonly light: Pick<IdentityLight, 'blink'>;
	readonly journal: Journal;
	readonly tags: DeviceTags;
	/** See cleanUpVolumes. */
	readonly cleanUpVolumes: (
		isInScope: (appId: number) => boolean,
		signal: AbortSignal,
	) => Promise<void>;
	/** Remembers whether the connection to the cloud is to be probed. */
	readonly setConnectivityCheck: (isOn: boolean) => Promise<void>;
}
