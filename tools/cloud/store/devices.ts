import { z } from 'zod';
import type { Database } from './database.ts';
import { DeviceRow, type Report } from './rows.ts';

export interface NewDevice {
	uuid: string;
	fleetId: number;
	name: string;
	deviceType: string;
	apiKey: string;
	report: Report;
	createdAt: Date;
}

export interface DeviceChange {
	name?: string;
	pinned_release_id?: number | null;
	running_release_id?: number | null;
	frozen?: boolean;
	deleted?: boolean;
	api_key?: string;
}

export interface DeviceStore {
	/** The new device, or which of its names is taken. */
	create(device: NewDevice): Promise<DeviceRow | 'uuid taken' | 'key taken'>;
	byUuid(uuid: string): Promise<DeviceRow | undefined>;
	byId(deviceId: number): Promise<DeviceRow | undefined>;
	byKey(apiKey: string): Promise<DeviceRow | undefined>;
	/** Without the deleted ones. */
	list(): Promise<DeviceRow[]>;
	update(deviceId: number, change: DeviceChange): Promise<void>;
	/** Adds the fields to the last report; those not named keep their value. */
	mergeReport(deviceId: number, report: Report): Promise<void>;
	/** Notes that the device called, and from where. */
	touch(deviceId: number, seen: { at: Date; address: string | null }): Promise<void>;
}

/** A deleted device keeps its row, so that its key is told from a wrong one, until somebody else wants uuid or key. */
async function releaseDeleted(database: Database, wanted: NewDevice): Promise<void> {
	await database('devices')
		.where({ deleted: true })
		.andWhere((row) => void row.where({ uuid: wanted.uuid }).orWhere({ api_key: wanted.apiKey }))
		.update({
			uuid: database.raw("'deleted ' || id"),
			api_key: database.raw("'deleted ' || id"),
		});
}

export function createDeviceStore(database: Database): DeviceStore {
	const one = async (where: object): Promise<DeviceRow | undefined> =>
		DeviceRow.optional().parse(await database('devices').where(where).first());
	return {
		async create(device) {
			await releaseDeleted(database, device);
			if ((await one({ uuid: device.uuid })) !== undefined) return 'uuid taken';
			if ((await one({ api_key: device.apiKey })) !== undefined) return 'key taken';
			await database('devices')
				.insert({
					uuid: device.uuid,
					fleet_id: device.fleetId,
					name: device.name,
					device_type: device.deviceType,
					api_key: device.apiKey,
					created_at: device.createdAt.toISOString(),
					report: JSON.stringify(device.report),
				})
				.onConflict()
				.ignore();
			const row = await one({ uuid: device.uuid });
			return row?.api_key === device.apiKey ? row : 'uuid taken';
		},
		byUuid: (uuid) => one({ uuid }),
		byId: (deviceId) => one({ id: deviceId }),
		byKey: (apiKey) => one({ api_key: apiKey }),
		list: async () =>
			z.array(DeviceRow).parse(await database('devices').where({ deleted: false }).orderBy('id')),
		async update(deviceId, change) {
			if (Object.keys(change).length === 0) return;
			await database('devices').where({ id: deviceId }).update(change);
		},
		async mergeReport(deviceId, report) {
			const row = DeviceRow.parse(await database('devices').where({ id: deviceId }).first());
			const merged = JSON.stringify({ ...row.report, ...report });
			await database('devices').where({ id: deviceId }).update({ report: merged });
		},
		async touch(deviceId, { at, address }) {
			await database('devices')
				.where({ id: deviceId })
				.update({ last_seen_at: at.toISOString(), last_address: address });
		},
	};
}
