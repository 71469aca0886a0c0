import type { Job } from '../kit/job.ts';
import { createExtraFirmware } from '../loop/host/extra-firmware.ts';
import { createPersistentLogging } from '../loop/host/persistent-logging.ts';
import { createUnitKeeper } from '../loop/host/unit-keeper.ts';
import { unitWishes } from '../plan/host/unit-orders.ts';
import type { HostUnits } from '../ports/host-services.ts';
import type { Basis } from './basis.ts';
import { firewallJobs } from './firewall.ts';
import type { Loop } from './loop.ts';

export interface HostCareParts {
	readonly units: HostUnits;
	readonly loop: Loop;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

/** What keeps the host as the settings say, beside the apps and whatever they wait for. */
export function createHostCare(
	basis: Basis,
	{ units, loop, announce }: HostCareParts,
): readonly Job[] {
	const { configJson, settings } = basis;
	const { board, reconciler } = loop;
	const isManaged = configJson.apiEndpoint !== '';
	return [
		createUnitKeeper({
			...{ ...basis, units, board, announce },
			wishes: (phase) => unitWishes({ settings: settings.current(), isManaged, phase }),
		}),
		createPersistentLogging({
			...{ ...basis, board, announce },
			isWanted: () => settings.current().persistentLogging,
			onRebootDue: () => reconciler.retryNow({ force: false, cancel: false }),
		}),
		createExtraFirmware({ ...basis, board, announce }),
		...firewallJobs(basis, { loop, announce }),
	];
}
