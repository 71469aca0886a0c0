import { z } from 'zod';
import type { Database } from './database.ts';
import { VariableRow } from './rows.ts';

/** Whose variable it is: of a fleet or a device, and there of all services or of one. */
export interface VariablePlace {
	fleetId: number | null;
	deviceId: number | null;
	serviceId: number | null;
}

export interface VariableStore {
	/** @param value - null removes the variable */
	set(place: VariablePlace, name: string, value: string | null): Promise<void>;
	/** The new row, or undefined when the place has a variable of that name. */
	add(place: VariablePlace, name: string, value: string): Promise<VariableRow | undefined>;
	/** All that count for this device, fleet-wide ones first. */
	forDevice(device: { fleetId: number; deviceId: number | null }): Promise<VariableRow[]>;
}

const toRow = ({ fleetId, deviceId, serviceId }: VariablePlace, name: string) => ({
	fleet_id: fleetId,
	device_id: deviceId,
	service_id: serviceId,
	name,
});

export function createVariableStore(database: Database): VariableStore {
	return {
		async set(place, name, value) {
			const row = toRow(place, name);
			const changed = value === null ? 0 : await database('variables').where(row).update({ value });
			if (value === null) await database('variables').where(row).delete();
			else if (changed === 0) await database('variables').insert({ ...row, value });
		},
		async add(place, name, value) {
			const row = toRow(place, name);
			const present: unknown = await database('variables').where(row).first();
			if (present !== undefined) return undefined;
			await database('variables').insert({ ...row, value });
			return VariableRow.parse(await database('variables').where(row).first());
		},
		async forDevice({ fleetId, deviceId }) {
			const rows: unknown = await database('variables')
				.where({ fleet_id: fleetId })
				.modify((query) => {
					if (deviceId !== null) void query.orWhere({ device_id: deviceId });
				})
				.orderByRaw('device_id IS NOT NULL, id');
			return z.array(VariableRow).parse(rows);
		},
	};
}
