import type { HostApi } from '../api/host-deps.ts';
import { createTags } from '../cloud/tags.ts';
import { changeHostNetwork } from '../control/change-host-network.ts';
import { cleanUpVolumes } from '../control/clean-up-volumes.ts';
import { createHostNetwork } from '../host/host-network.ts';
import { createIdentityLight } from '../host/identity-light.ts';
import { createJournal } from '../host/journal.ts';
import { createSystemBus } from '../host/system-bus.ts';
import { createUnitFiles } from '../host/unit-files.ts';
import { createHostUnits } from '../host/units.ts';
import { createVpn } from '../host/vpn.ts';
import type { Job } from '../kit/job.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import type { ConnectionLight } from '../ports/host-services.ts';
import type { Basis } from './basis.ts';
import type { CloudLink } from './cloud.ts';
import { createHostCare } from './host-care.ts';
import type { Loop } from './loop.ts';

/** The parts behind the endpoints about the host. */
export interface HostParts {
	readonly api: HostApi;
	readonly light: ConnectionLight;
	readonly jobs: readonly Job[];
}

export interface HostPartsOptions {
	readonly link: CloudLink;
	readonly loop: Loop;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

export function createHostParts(
	basis: Basis,
	{ link, loop, announce }: HostPartsOptions,
): HostParts {
	const { environment, config, settings, store, clock, log } = basis;
	const { rootMountpoint, vpnStatusPath, ledFile, systemBusAddress } = environment;
	const bus = createSystemBus({ address: systemBusAddress });
	const units = createHostUnits(bus, createUnitFiles(rootMountpoint));
	const network = createHostNetwork({ ...environment, configFile: config, units, log });
	const light = createIdentityLight({ path: ledFile, clock, log });
	const pollIntervalMs = (): number => settings.current().pollIntervalMs;
	const tags = createTags({ ...basis, ...link.access, ...link, pollIntervalMs });
	const changing = {
		...{ network, log },
		locks: loop.hostLocks,
		snapshot: () => loop.board.snapshot(),
		overrideLocks: () => settings.current().overrideLocks,
	};
	const targets = (): Promise<TargetState[]> => knownTargets(basis, loop);
	const api: HostApi = {
		network,
		async changeNetwork(patch, { oddities, ...options }) {
			for (const oddity of oddities) log.warn({ oddity }, 'host config in an unknown form');
			await changeHostNetwork(patch, options, changing);
		},
		vpn: createVpn({ units, statusPath: vpnStatusPath }),
		light,
		journal: createJournal({ rootMountpoint }),
		tags,
		cleanUpVolumes: (isInScope, signal) => cleanUpVolumes(isInScope, { ...basis, targets }, signal),
		setConnectivityCheck: (isOn) => store.setSetting('connectivityCheckEnabled', isOn),
	};
	return { api, light, jobs: [light, tags, ...createHostCare(basis, { units, loop, announce })] };
}

/** The target in force, and the stored one, which is another in local mode. */
async function knownTargets({ store, log }: Basis, { board }: Loop): Promise<TargetState[]> {
	const { target } = board.snapshot();
	const stored = await store.loadTarget();
	const inForce = target === undefined ? [] : [target];
	if (stored === undefined) return inForce;
	try {
		return [...inForce, decodeTargetDevice(stored.document)];
	} catch (err) {
		log.warn({ err }, 'stored target cannot be read: no volume is cleaned up');
		return [];
	}
}
