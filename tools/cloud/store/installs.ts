import { z } from 'zod';
import type { Database } from './database.ts';
import { InstallRow } from './rows.ts';

export interface Install {
	imageId: number;
	releaseId: number;
	/** Undefined keeps the one before: a word the cloud does not know is not stored. */
	status: string | undefined;
	downloadProgress: number | null;
}

export interface InstallStore {
	/** The device has these images and no others. */
	replaceAll(deviceId: number, installs: readonly Install[]): Promise<void>;
	ofDevice(deviceId: number): Promise<InstallRow[]>;
}

export function createInstallStore(database: Database): InstallStore {
	return {
		async replaceAll(deviceId, installs) {
			await database.transaction(async (trx) => {
				const before = z
					.array(z.object({ image_id: z.number(), status: z.string() }))
					.parse(await trx('installs').where({ device_id: deviceId }));
				const words = new Map(before.map(({ image_id, status }) => [image_id, status]));
				await trx('installs').where({ device_id: deviceId }).delete();
				const rows = installs.map(({ imageId, releaseId, status, downloadProgress }) => ({
					device_id: deviceId,
					image_id: imageId,
					release_id: releaseId,
					status: status ?? words.get(imageId) ?? 'Unknown',
					download_progress: downloadProgress,
				}));
				if (rows.length > 0)
					await trx('installs').insert(rows).onConflict(['device_id', 'image_id']).merge();
			});
		},
		async ofDevice(deviceId) {
			const rows: unknown = await database('installs')
				.join('images', 'images.id', 'installs.image_id')
				.join('services', 'services.id', 'images.service_id')
				.join('releases', 'releases.id', 'installs.release_id')
				.where({ device_id: deviceId })
				.orderBy('services.id')
				.select('installs.*', 'images.location', 'images.content_hash', 'releases.commit')
				.select('services.name as service_name');
			return z.array(InstallRow).parse(rows);
		},
	};
}
