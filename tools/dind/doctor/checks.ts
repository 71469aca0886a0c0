import type { Check } from './check.ts';
import { cgroupsCheck } from './checks/cgroups.ts';
import { cloudCheck } from './checks/cloud.ts';
import { commandsCheck } from './checks/commands.ts';
import { configFileCheck } from './checks/config-file.ts';
import { deviceCheck } from './checks/device.ts';
import { deviceConfigCheck } from './checks/device-config.ts';
import { deviceEngineCheck } from './checks/device-engine.ts';
import { deviceUnitsCheck } from './checks/device-units.ts';
import { engineCheck } from './checks/engine.ts';
import { kernelCheck } from './checks/kernel.ts';
import { nodeCheck } from './checks/node.ts';
import { packagesCheck } from './checks/packages.ts';
import { portsCheck } from './checks/ports.ts';
import { rightsCheck } from './checks/rights.ts';
import { spaceCheck } from './checks/space.ts';
import { storageCheck } from './checks/storage.ts';
import { supervisorApiCheck } from './checks/supervisor-api.ts';
import { supervisorContainerCheck } from './checks/supervisor-container.ts';
import { supervisorStateCheck } from './checks/supervisor-state.ts';

/** What `dindctl doctor` looks at; a check stands after those it needs. */
export const CHECKS: readonly Check[] = [
	nodeCheck,
	packagesCheck,
	commandsCheck,
	kernelCheck,
	rightsCheck,
	configFileCheck,
	engineCheck,
	spaceCheck,
	storageCheck,
	cgroupsCheck,
	portsCheck,
	cloudCheck,
	deviceCheck,
	deviceUnitsCheck,
	deviceEngineCheck,
	deviceConfigCheck,
	supervisorContainerCheck,
	supervisorApiCheck,
	supervisorStateCheck,
];
