import path from 'node:path';
import type { HostUnits, Vpn } from '../ports/host-services.ts';
import { exists } from './network-facts.ts';

export interface VpnOptions {
	readonly units: Pick<HostUnits, 'look'>;
	/** Folder in which the VPN's client shows that it is connected. */
	readonly statusPath: string;
}

/** The VPN as the host's unit `openvpn` and its status file show it (contract 2.7). */
export function createVpn({ units, statusPath }: VpnOptions): Vpn {
	return {
		async status() {
			const { isActive } = await units.look('openvpn.service');
			return { enabled: isActive, connected: await exists(path.join(statusPath, 'active')) };
		},
	};
}
