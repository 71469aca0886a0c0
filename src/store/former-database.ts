import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import type { Database } from './database.ts';
import { CommitRow, createRowParser, ImageRow } from './rows.ts';

/**
 * What is worth keeping of the database of the supervisor that was on the device before (contract 4.12): with the
 * keys its containers carry still valid, and its images and commits known, it is replaced without a restart of an app.
 */
export interface FormerContent {
	readonly apiKeys: readonly Record<string, string | number>[];
	readonly commits: readonly z.infer<typeof CommitRow>[];
	readonly images: readonly z.infer<typeof ImageRow>[];
}

const SecretRow = z
	.object({
		appId: z.number(),
		serviceName: z
			.string()
			.nullable()
			.transform((name) => name ?? ''),
		scopes: z.string(),
		key: z.string().min(1),
	})
	.strip();

const FormerImageRow = z
	.object({ name: z.string(), serviceId: z.unknown() })
	.loose()
	.transform(({ name, ...row }) => ({ ...row, reference: name }))
	.pipe(ImageRow);

const statements = {
	apiKeys: 'SELECT appId, serviceName, scopes, "key" FROM apiSecret',
	commits:
		'SELECT app.uuid AS appUuid, c."commit" FROM currentCommit c JOIN app ON app.appId = c.appId',
	images:
		'SELECT name, appUuid, serviceName, serviceId, imageId, releaseId, "commit" FROM image WHERE appUuid IS NOT NULL',
};

/** Reads a sound database of another program. @returns undefined when it is not one of a former supervisor */
export async function readFormer(
	database: Database,
	log: Logger,
): Promise<FormerContent | undefined> {
	const rowsOf = async <T>(sql: string, schema: z.ZodType<T>): Promise<T[]> =>
		createRowParser('former database', schema, log).parse(await database.raw(sql));
	try {
		return {
			apiKeys: await rowsOf(statements.apiKeys, SecretRow),
			commits: await rowsOf(statements.commits, CommitRow),
			images: await rowsOf(statements.images, FormerImageRow),
		};
	} catch {
		return undefined;
	}
}

/** The new database has the former one's content; all of it or, after a failure, nothing. */
export async function adopt(
	database: Database,
	{ apiKeys, commits, images }: FormerContent,
): Promise<void> {
	await database.transaction(async (transaction) => {
		for (const row of apiKeys) await transaction('apiKey').insert(row).onConflict().ignore();
		for (const row of commits) await transaction('currentCommit').insert(row).onConflict().ignore();
		for (const row of images) await transaction('image').insert(row).onConflict().ignore();
	});
}
