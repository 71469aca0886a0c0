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

/**
 * A sound database with the present schema. A damaged file, one of another program or a folder in its place is set
 * aside and a new file is made.
 * @throws {SupervisorError} STORE_FAILED if the disk does not allow it
 */
export async function openDatabase({ path, clock, log }: OpenOptions): Promise<Database> {
	try {
		const existing = (await isFolder(path)) ? undefined : await openSound(path, log);
		if (existing !== undefined) return existing;
		const asidePath = await setAside(path, clock);
		log.error({ path, asidePath }, 'database is damaged or not ours: set aside, starting anew');
		const fresh = await openSound(path, log);
		if (fresh !== undefined) return fresh;
	} catch (err) {
		throw toStoreFailure(`cannot open ${path}`, err);
	}
	throw toStoreFailure(`cannot open ${path}`, new Error('a new file is damaged at once'));
}

/** @returns undefined when the file has to be set aside */
async function openSound(path: string, log: Logger): Promise<Database | undefined> {
	const database = await connect(path, log);
	try {
		const kind = await inspect(database);
		if (kind === 'damaged' || kind === 'foreign') {
			await database.destroy();
			return undefined;
		}
		await migrate(database, log);
		await probe(database);
		return database;
	} catch (err) {
		await database.destroy();
		if (isDamage(err) || (isReadOnly(err) && (await isWritable(path)))) return undefined;
		throw err;
	}
}

async function isWritable(path: string): Promise<boolean> {
	const refusal: unknown = await access(path, constants.W_OK).catch((err: unknown) => err);
	return refusal === undefined;
}

async function isFolder(path: string): Promise<boolean> {
	const found = await stat(path).catch(() => undefined);
	return found?.isDirectory() ?? false;
}
