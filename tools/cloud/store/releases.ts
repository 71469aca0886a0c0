import { z } from 'zod';
import type { Database } from './database.ts';
import { ReleaseRow, type Composition } from './rows.ts';

export interface NewRelease {
	fleetId: number;
	commit: string;
	composition: Composition;
	imageIds: readonly number[];
	createdAt: Date;
}

export interface ReleaseStore {
	create(release: NewRelease): Promise<ReleaseRow>;
	byId(releaseId: number): Promise<ReleaseRow | undefined>;
	byCommit(fleetId: number, commit: string): Promise<ReleaseRow | undefined>;
	/** Newest first. */
	ofFleet(fleetId: number): Promise<ReleaseRow[]>;
}

export function createReleaseStore(database: Database): ReleaseStore {
	const one = async (where: object): Promise<ReleaseRow | undefined> =>
		ReleaseRow.optional().parse(await database('releases').where(where).first());
	return {
		async create({ fleetId, commit, composition, imageIds, createdAt }) {
			await database.transaction(async (trx) => {
				const [releaseId] = await trx('releases').insert({
					fleet_id: fleetId,
					commit,
					composition: JSON.stringify(composition),
					status: 'success',
					created_at: createdAt.toISOString(),
				});
				const rows = imageIds.map((imageId) => ({ release_id: releaseId, image_id: imageId }));
				if (rows.length > 0) await trx('release_images').insert(rows);
			});
			return ReleaseRow.parse(await database('releases').where({ commit }).first());
		},
		byId: (releaseId) => one({ id: releaseId }),
		byCommit: (fleetId, commit) => one({ fleet_id: fleetId, commit }),
		async ofFleet(fleetId) {
			const rows: unknown = await database('releases')
				.where({ fleet_id: fleetId })
				.orderBy('id', 'desc');
			return z.array(ReleaseRow).parse(rows);
		},
	};
}
