import { pathToFileURL } from 'node:url';
import knex from 'knex';
import { z } from 'zod';
import { locateDatabase } from './locate-database.ts';
import { toStoreFailure } from './store-failure.ts';

/** What knex has to say is in its failures, too. */
const ignore = (): void => undefined;

const Rows = z.array(z.object({ key: z.string() }));

/**
 * The local API's global key as the supervisor has stored it. Changes nothing: two processes that make the database at
 * the same time take each other's half of the work for damage.
 * @returns undefined when there is none yet
 * @throws {SupervisorError} STORE_FAILED, also when there is no database yet
 */
export async function readGlobalApiKey(databasePath: string): Promise<string | undefined> {
	const { path } = await locateDatabase(databasePath);
	const database = knex({
		client: 'sqlite3',
		// Flags of knex can only add to its own, which allow writing; the address takes that away.
		connection: { filename: `${pathToFileURL(path).href}?mode=ro`, flags: ['OPEN_URI'] },
		useNullAsDefault: true,
		log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
		pool: { min: 0, max: 1 },
	});
	try {
		await database.raw('PRAGMA busy_timeout = 5000');
		const rows: unknown = await database('apiKey').where({ appId: 0, serviceName: '' });
		return Rows.parse(rows)[0]?.key;
	} catch (err) {
		throw toStoreFailure('cannot read the key of the local API', err);
	} finally {
		await database.destroy();
	}
}
