import { constants } from 'node:fs';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '../kit/logger.ts';
import { connect, type Database } from './database.ts';
import { isFormer } from './former-database.ts';
import { applicationId } from './migrations.ts';

/** Files of a data folder. */
export interface DatabasePlace {
	/** Our database, made where there is none. */
	readonly path: string;
	/** Where the database of a former supervisor may be. It is never written. */
	readonly formerPath?: string | undefined;
}

const ourName = 'holdfast.sqlite';
const formerName = 'database.sqlite';

/**
 * Finds the two databases apart. Ours is at the given path, unless the former supervisor's is there: then it is beside
 * it, as `holdfast.sqlite`. The former one's own name is looked at, too, and used where it holds a database of ours.
 */
export async function locateDatabase(given: string): Promise<DatabasePlace> {
	const folder = path.dirname(given);
	const sibling = path.join(folder, formerName);
	const beside = path.join(folder, ourName);
	switch (await markOf(given)) {
		case 'ours':
			return { path: given, formerPath: sibling === given ? undefined : sibling };
		case 'none':
			if (sibling === given) return { path: given };
			return (await markOf(sibling)) === 'ours'
				? { path: sibling }
				: { path: given, formerPath: sibling };
		case 'other':
			if (beside === given) return { path: given, formerPath: sibling };
			return (await markOf(beside)) === 'ours' || (await holdsFormer(given))
				? { path: beside, formerPath: given }
				: { path: given };
	}
}

/** Where SQLite keeps the mark of the program in a file's header. */
const applicationIdAt = 68;

/** Reads the first bytes: every start does this. */
async function markOf(file: string): Promise<'ours' | 'other' | 'none'> {
	const handle = await open(file, 'r').catch(() => undefined);
	if (handle === undefined) return 'none';
	try {
		const header = Buffer.alloc(applicationIdAt + 4);
		const { bytesRead } = await handle.read(header, 0, header.length, 0);
		if (bytesRead === 0) return 'none';
		return header.readUInt32BE(applicationIdAt) === applicationId ? 'ours' : 'other';
	} catch {
		return 'other'; // a folder, say
	} finally {
		await handle.close();
	}
}

async function holdsFormer(file: string): Promise<boolean> {
	return withCopy(file, isFormer).catch(() => false);
}

/** Side files that belong to the content while no process has the database open. */
const sideFiles = ['', '-wal', '-journal'];

/**
 * Opens a copy of a database: SQLite may have to write into one to read it, to finish what another process was cut off
 * in.
 * @throws what SQLite or the file system throws
 */
export async function withCopy<T>(
	file: string,
	use: (database: Database) => Promise<T>,
): Promise<T> {
	const folder = await mkdtemp(path.join(tmpdir(), 'former-database-'));
	const copy = path.join(folder, formerName);
	try {
		for (const suffix of sideFiles) {
			await copyFile(file + suffix, copy + suffix, constants.COPYFILE_EXCL).catch(
				(err: unknown) => {
					if (suffix === '') throw err;
				},
			);
		}
		const database = await connect(copy, silentLogger);
		try {
			return await use(database);
		} finally {
			await database.destroy();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
