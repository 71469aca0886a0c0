import { openDatabase, type Database } from './database.ts';
import { createDeviceStore, type DeviceStore } from './devices.ts';
import { createFleetStore, type FleetStore } from './fleets.ts';
import { createImageStore, type ImageStore } from './images.ts';
import { createInstallStore, type InstallStore } from './installs.ts';
import { createLogStore, type LogStore } from './logs.ts';
import { createReleaseStore, type ReleaseStore } from './releases.ts';
import { createTagStore, type TagStore } from './tags.ts';
import { createVariableStore, type VariableStore } from './variables.ts';

export interface Store {
	database: Database;
	fleets: FleetStore;
	devices: DeviceStore;
	images: ImageStore;
	releases: ReleaseStore;
	installs: InstallStore;
	variables: VariableStore;
	tags: TagStore;
	logs: LogStore;
}

/** Everything the cloud remembers. @see openDatabase for `databasePath` */
export async function openStore(databasePath: string): Promise<Store> {
	const database = await openDatabase(databasePath);
	return {
		database,
		fleets: createFleetStore(database),
		devices: createDeviceStore(database),
		images: createImageStore(database),
		releases: createReleaseStore(database),
		installs: createInstallStore(database),
		variables: createVariableStore(database),
		tags: createTagStore(database),
		logs: createLogStore(database),
	};
}
