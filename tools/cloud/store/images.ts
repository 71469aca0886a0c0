import { z } from 'zod';
import type { Database } from './database.ts';
import { ImageRow } from './rows.ts';

export interface ImageStore {
	/** The image of this service with this content; a new one gets `location`. */
	allot(image: { serviceId: number; contentKey: string; location: string }): Promise<ImageRow>;
	/** The image at this place with this content, made when it is new. An allotted image learns its digest here. */
	ensure(image: {
		serviceId: number;
		location: string;
		contentHash: string | null;
	}): Promise<ImageRow>;
	ofRelease(releaseId: number): Promise<ImageRow[]>;
	isKnownLocation(location: string): Promise<boolean>;
	/** True when a release of the fleet has an image at this place. */
	isInFleet(location: string, fleetId: number): Promise<boolean>;
}

const columns = ['images.*', 'services.name as service_name'];

export function createImageStore(database: Database): ImageStore {
	const query = () => database('images').join('services', 'services.id', 'images.service_id');
	const one = async (where: object): Promise<ImageRow | undefined> =>
		ImageRow.optional().parse(await query().where(where).select(columns).first());
	return {
		async allot({ serviceId, contentKey, location }) {
			await database('images')
				.insert({ service_id: serviceId, content_key: contentKey, location })
				.onConflict(['service_id', 'content_key'])
				.ignore();
			const where = { service_id: serviceId, content_key: contentKey };
			return ImageRow.parse(await query().where(where).select(columns).first());
		},
		async ensure({ serviceId, location, contentHash }) {
			const place = { service_id: serviceId, location };
			const same = await one({ ...place, content_hash: contentHash });
			if (same !== undefined) return same;
			const allotted = await one({ ...place, content_hash: null });
			if (allotted !== undefined) {
				await database('images').where({ id: allotted.id }).update({ content_hash: contentHash });
				return { ...allotted, content_hash: contentHash };
			}
			await database('images').insert({ ...place, content_hash: contentHash });
			return ImageRow.parse(
				await query()
					.where({ ...place, content_hash: contentHash })
					.select(columns)
					.first(),
			);
		},
		async ofRelease(releaseId) {
			const rows: unknown = await query()
				.join('release_images', 'release_images.image_id', 'images.id')
				.where({ release_id: releaseId })
				.orderBy('images.service_id')
				.select(columns);
			return z.array(ImageRow).parse(rows);
		},
		isKnownLocation: async (location) => (await one({ location })) !== undefined,
		async isInFleet(location, fleetId) {
			const row: unknown = await query()
				.join('release_images', 'release_images.image_id', 'images.id')
				.where({ location: location, 'services.fleet_id': fleetId })
				.select('images.id')
				.first();
			return row !== undefined;
		},
	};
}
