import knex, { type Knex } from 'knex';
import { migrations } from './migrations.ts';

export type Database = Knex;

/** One connection: SQLite writes one at a time anyway, and `:memory:` is one database per connection. */
function toConfig(databasePath: string): Knex.Config {
	return {
		client: 'sqlite3',
		connection: { filename: databasePath },
		useNullAsDefault: true,
		pool: { min: 1, max: 1 },
		acquireConnectionTimeout: 10_000, // a request that is cut off by the end of the cloud waits in vain
	};
}

const source = {
	getMigrations: () => Promise.resolve(migrations),
	getMigrationName: ({ name }: (typeof migrations)[number]) => name,
	getMigration: ({ up, down }: (typeof migrations)[number]) => Promise.resolve({ up, down }),
};

/**
 * Opens the database and brings it to the newest schema.
 * @param databasePath - a file, made when absent, or `:memory:`
 */
export async function openDatabase(databasePath: string): Promise<Database> {
	const database = knex(toConfig(databasePath));
	await database.raw('PRAGMA journal_mode = WAL');
	await database.raw('PRAGMA synchronous = OFF');
	await database.raw('PRAGMA foreign_keys = ON');
	await database.migrate.latest({ migrationSource: source });
	return database;
}
