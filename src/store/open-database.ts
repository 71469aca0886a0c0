import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { connect, inspect, migrate, probe, type Database } from './database.ts';
import { setAside } from './set-aside.ts';
import { isDamage, isReadOnly, toStoreFailure } from './store-failure.ts';

interface OpenOptions {
	readonly path: string;
	readonly clock: Clock;
	readonly log: Logger;
}

export interface OpenedDatabase {
	readonly database: Database;
	/** What was at the path could not be used, and was set aside. */
	readonly isRebuilt: boolean;
}

/**
 * A sound database with the present schema. A damaged file, one of another program or a folder in its place is set
 * aside and a new file is made.
 * @throws {SupervisorError} STORE_FAILED if the disk does not allow it
 */
export async function openDatabase({ path, clock, log }: OpenOptions): Promise<OpenedDatabase> {
	try {
		const database = (await isFolder(path)) ? undefined : await open(path, log);
		if (database !== undefined) return { database, isRebuilt: false };
		const asidePath = await setAside(path, clock);
		log.error({ path, asidePath }, 'database is damaged or not ours: set aside, starting anew');
		const fresh = await open(path, log);
		if (fresh === undefined) throw new Error('a new file is damaged at once');
		return { database: fresh, isRebuilt: true };
	} catch (err) {
		throw toStoreFailure(`cannot open ${path}`, err);
	}
}

/** @returns undefined when the file is damaged or of another program */
async function open(path: string, log: Logger): Promise<Database | undefined> {
	const database = await connect(path, log);
	try {
		if (await prepare(database, log)) return database;
		await database.destroy();
		return undefined;
	} catch (err) {
		await database.destroy();
		const isOfFile = isDamage(err) || (isReadOnly(err) && (await isWritable(path)));
		if (isOfFile) return undefined;
		throw err;
	}
}

/** @returns false when the file is damaged or of another program */
async function prepare(database: Database, log: Logger): Promise<boolean> {
	const kind = await inspect(database);
	if (kind === 'damaged' || kind === 'foreign') return false;
	await migrate(database, log);
	await probe(database);
	return true;
}

async function isWritable(path: string): Promise<boolean> {
	const refusal: unknown = await access(path, constants.W_OK).catch((err: unknown) => err);
	return refusal === undefined;
}

async function isFolder(path: string): Promise<boolean> {
	const found = await stat(path).catch(() => undefined);
	return found?.isDirectory() ?? false;
}
