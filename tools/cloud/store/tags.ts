import { z } from 'zod';
import type { Database } from './database.ts';
import { TagRow } from './rows.ts';

export interface TagStore {
	set(deviceId: number, tags: Record<string, string>): Promise<void>;
	ofDevice(deviceId: number): Promise<TagRow[]>;
}

export function createTagStore(database: Database): TagStore {
	return {
		async set(deviceId, tags) {
			const rows = Object.entries(tags).map(([tag_key, value]) => ({
				device_id: deviceId,
				tag_key,
				value,
			}));
			if (rows.length === 0) return;
			await database('device_tags').insert(rows).onConflict(['device_id', 'tag_key']).merge();
		},
		ofDevice: async (deviceId) =>
			z
				.array(TagRow)
				.parse(await database('device_tags').where({ device_id: deviceId }).orderBy('id')),
	};
}
