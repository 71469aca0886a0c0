import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import { applicationId, migrationSource, schemaVersion } from './migrations.ts';

export type Database = Knex;

/** The connection as sqlite3 gives it, as far as it is used here. */
interface RawConnection {
	exec(sql: string, done: (err: Error | null) => void): void;
}

/** FULL makes a commit survive a power cut; WAL keeps it to one sync of one file. */
const connectionPragmas = [
	'PRAGMA busy_timeout = 5000',
	'PRAGMA journal_mode = WAL',
	'PRAGMA synchronous = FULL',
	'PRAGMA foreign_keys = ON',
	'PRAGMA journal_size_limit = 1048576',
].join(';');

/**
 * Connects to the file, which is made with its folder when absent. One connection, kept for good: SQLite writes one at
 * a time, and calls queue up for it.
 */
export async function connect(databasePath: string, log: Logger): Promise<Database> {
	await mkdir(path.dirname(databasePath), { recursive: true });
	const say = (message: unknown): void => log.debug({ detail: String(message) }, 'knex says');
	return knex({
		client: 'sqlite3',
		connection: { filename: databasePath },
		useNullAsDefault: true,
		acquireConnectionTimeout: 30_000,
		log: { warn: say, error: say, deprecate: say, debug: say },
		pool: {
			min: 1,
			max: 1,
			afterCreate: (connection: RawConnection, done: (err: Error | null) => void) =>
				connection.exec(connectionPragmas, done),
		},
	});
}

const Rows = z.array(z.record(z.string(), z.unknown()));

/** The values of the first column of the rows a statement gives. */
export async function firstColumn(database: Database, sql: string): Promise<unknown[]> {
	return Rows.parse(await database.raw(sql)).map((row) => Object.values(row)[0]);
}

/** What the file is: ours, without tables yet, of another program, or damaged. */
export type FileKind = 'ours' | 'empty' | 'foreign' | 'damaged';

/** Reads the marks and runs SQLite's own check. Throws what SQLite throws. */
export async function inspect(database: Database): Promise<FileKind> {
	const [check] = await firstColumn(database, 'PRAGMA quick_check(1)');
	if (check !== 'ok') return 'damaged';
	const [id] = await firstColumn(database, 'PRAGMA application_id');
	if (id === applicationId) return 'ours';
	const [tables] = await firstColumn(database, 'SELECT count(*) FROM sqlite_master');
	return tables === 0 ? 'empty' : 'foreign';
}

/**
 * The schema is at least as new as this code afterwards. A newer one, left by a newer supervisor, is used as it is:
 * migrations only add.
 */
export async function migrate(database: Database, log: Logger): Promise<void> {
	const [version] = await firstColumn(database, 'PRAGMA user_version');
	if (version === schemaVersion) return;
	if (Number(version) > schemaVersion) {
		log.warn({ version, known: schemaVersion }, 'database was written by a newer supervisor');
		return;
	}
	await database.raw(`PRAGMA application_id = ${applicationId}`);
	// A kill in mid-migration leaves the migrator's lock behind; there is no other process to respect.
	await database.migrate.forceFreeMigrationsLock();
	await database.migrate.latest({ migrationSource });
	await database.raw(`PRAGMA user_version = ${schemaVersion}`);
	log.info({ version: schemaVersion }, 'database schema brought up to date');
}

/** Every column that is read, in one statement that reads nothing: fails if a table or column is not there. */
const allColumns = `SELECT
	t.id, t.source, t.document, t.digest, t.etag,
	i.reference, i.appUuid, i.serviceName, i.serviceId, i.imageId, i.releaseId, i."commit",
	c.appUuid, c."commit", k.appId, k.serviceName, k.scopes, k.key, s.name, s.value,
	e.id, e.type, e.appUuid, e.appId, e.json, n.id, n.reserved, n.isComplete,
	h.id, h.endedAtMs, h.appUuid, h.appId, h.entry
	FROM target t, image i, currentCommit c, apiKey k, setting s, event e, eventNumbers n, history h LIMIT 0`;

/** Throws if the schema is not the one this code works with, whatever the file's marks say. */
export async function probe(database: Database): Promise<void> {
	await database.raw(allColumns);
}
