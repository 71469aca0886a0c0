import type { ConfigJson } from '../config/config-json.ts';
import type { Environment } from '../config/environment.ts';
import { createDockerEngine, type DockerEngine } from '../engine/docker-engine.ts';
import { measureEngine } from '../engine/measured-engine.ts';
import { createBootConfig } from '../host/boot/boot-config.ts';
import { createHost } from '../host/create-host.ts';
import { createDiskSpace } from '../host/disk-space.ts';
import { createHandoverSigns } from '../host/handover-signs.ts';
import { createModuleLoader } from '../host/kernel-modules.ts';
import { createHostPower } from '../host/power.ts';
import { createRebootMark } from '../host/reboot-mark.ts';
import { createSystemBus } from '../host/system-bus.ts';
import { createUpdateLocks } from '../host/update-locks.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import type {
	ConfigFile,
	DiskSpace,
	HandoverSigns,
	Host,
	HostPower,
	RebootMark,
	UpdateLocks,
} from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import { createCounts, type Counts } from '../report/metrics.ts';
import { openStateStore } from '../store/open-state-store.ts';
import { engineAddressOf } from './engine-address.ts';
import { engineMeasures } from './measures.ts';
import { createSettingsHolder, type SettingsHolder } from './settings-holder.ts';

/** What every part of the supervisor is built on. */
export interface Basis {
	readonly environment: Environment;
	/** config.json as it was at the start; for what holds for the life of the process. */
	readonly configJson: ConfigJson;
	readonly config: ConfigFile;
	readonly store: StateStore;
	readonly engine: DockerEngine;
	readonly host: Host;
	readonly locks: UpdateLocks;
	readonly handovers: HandoverSigns;
	readonly space: DiskSpace;
	readonly rebootMark: RebootMark;
	readonly bootConfig: BootConfig;
	readonly power: HostPower;
	readonly settings: SettingsHolder;
	/** What is counted, for the metrics. */
	readonly counts: Counts;
	readonly version: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Logger;
}

export interface BasisOptions extends Pick<
	Basis,
	'environment' | 'config' | 'version' | 'clock' | 'random' | 'log'
> {
	readonly configJson: ConfigJson;
}

/** Opens the database and builds the adapters; connects to nothing yet. @throws {SupervisorError} STORE_FAILED */
export async function createBasis(options: BasisOptions): Promise<Basis> {
	const { environment, config, configJson, log } = options;
	const { engineHost, engineSocketPath, databasePath, rootMountpoint } = environment;
	const { systemBusAddress, stateMountpoint } = environment;
	const { apiEndpoint } = configJson;
	const counts = createCounts();
	const engine = createDockerEngine(engineAddressOf(engineHost, engineSocketPath));
	const host = createHost({ ...environment, configFile: config, clock: options.clock });
	return {
		...options,
		counts,
		store: await openStateStore({ ...options, path: databasePath, apiEndpoint }),
		engine: measureEngine(engine, engineMeasures(counts, options.clock)),
		host,
		locks: createUpdateLocks({ root: rootMountpoint, log }),
		handovers: createHandoverSigns({ root: rootMountpoint }),
		space: createDiskSpace(environment),
		rebootMark: createRebootMark({ root: rootMountpoint }),
		bootConfig: createBootConfig({
			...{ ...environment, configFile: config, log },
			async device() {
				const { deviceType, osVersionId } = await host.system();
				return { deviceType, osVersion: osVersionId };
			},
			loadModule: createModuleLoader({ root: rootMountpoint }),
		}),
		power: createHostPower({
			bus: createSystemBus({ address: systemBusAddress }),
			stateMountpoint,
		}),
		settings: createSettingsHolder(configJson),
	};
}
