import { z } from 'zod';
import type { Database } from './database.ts';
import { FleetRow } from './rows.ts';

export interface NewFleet {
	uuid: string;
	name: string;
	deviceType: string;
	provisioningKey: string;
}

export interface FleetStore {
	list(): Promise<FleetRow[]>;
	byId(fleetId: number): Promise<FleetRow | undefined>;
	/** @param nameOrUuid - either names the fleet */
	find(nameOrUuid: string): Promise<FleetRow | undefined>;
	byProvisioningKey(key: string): Promise<FleetRow | undefined>;
	/** Makes the fleet, or brings type and key of the one with this name up to date; its uuid and id stay. */
	ensure(fleet: NewFleet): Promise<FleetRow>;
	setTarget(fleetId: number, releaseId: number): Promise<void>;
	/** Id of the fleet's service of this name, made when it is new. */
	ensureService(fleetId: number, serviceName: string): Promise<number>;
	serviceNames(fleetId: number): Promise<Map<number, string>>;
}

const Service = z.object({ id: z.number(), name: z.string() });

export function createFleetStore(database: Database): FleetStore {
	const one = async (where: object): Promise<FleetRow | undefined> =>
		FleetRow.optional().parse(await database('fleets').where(where).first());
	return {
		list: async () => z.array(FleetRow).parse(await database('fleets').orderBy('id')),
		byId: (fleetId) => one({ id: fleetId }),
		find: async (nameOrUuid) => (await one({ name: nameOrUuid })) ?? one({ uuid: nameOrUuid }),
		byProvisioningKey: (key) => one({ provisioning_key: key }),
		async ensure({ uuid, name, deviceType, provisioningKey }) {
			await database('fleets')
				.insert({ uuid, name, device_type: deviceType, provisioning_key: provisioningKey })
				.onConflict('name')
				.merge(['device_type', 'provisioning_key']);
			return FleetRow.parse(await database('fleets').where({ name }).first());
		},
		async setTarget(fleetId, releaseId) {
			await database('fleets').where({ id: fleetId }).update({ target_release_id: releaseId });
		},
		async ensureService(fleetId, serviceName) {
			const row = { fleet_id: fleetId, name: serviceName };
			await database('services').insert(row).onConflict(['fleet_id', 'name']).ignore();
			return Service.parse(await database('services').where(row).first()).id;
		},
		async serviceNames(fleetId) {
			const rows: unknown = await database('services').where({ fleet_id: fleetId });
			return new Map(
				z
					.array(Service)
					.parse(rows)
					.map(({ id, name }) => [id, name]),
			);
		},
	};
}
