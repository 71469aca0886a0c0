import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { connect, inspect, migrate, probe, type Database } from './database.ts';
import { adopt, readFormer, type FormerContent } from './former-database.ts';
import { setAside } from './set-aside.ts';
import { isDamage, isReadOnly, toStoreFailure } from './store-failure.ts';

interface OpenOptions {
	readonly path: string;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * A sound database with the present schema. A damaged file, one of another program or a folder in its place is set
 * aside and a new file is made; of a former supervisor's database, what is worth keeping is taken over.
 * @throws {SupervisorError} STORE_FAILED if the disk does not allow it
 */
export async function openDatabase({ path, clock, log }: OpenOptions): Promise<Database> {
	try {
		const opened = (await isFolder(path)) ? { kind: 'damaged' as const } : await open(path, log);
		if (opened.kind === 'sound') return opened.database;
		const asidePath = await setAside(path, clock);
		if (opened.kind === 'damaged') {
			log.error({ path, asidePath }, 'database is damaged or not ours: set aside, starting anew');
		}
		const fresh = await open(path, log);
		if (fresh.kind !== 'sound') throw new Error('a new file is damaged at once');
		if (opened.kind === 'former') {
			await adopt(fresh.database, opened.content);
			log.info({ path, asidePath }, 'database of the former supervisor is taken over');
		}
		return fresh.database;
	} catch (err) {
		throw toStoreFailure(`cannot open ${path}`, err);
	}
}

type Opened =
	| { readonly kind: 'sound'; readonly database: Database }
	| { readonly kind: 'former'; readonly content: FormerContent }
	| { readonly kind: 'damaged' };

async function open(path: string, log: Logger): Promise<Opened> {
	const database = await connect(path, log);
	try {
		const opened = await prepare(database, log);
		if (opened.kind !== 'sound') await database.destroy();
		return opened;
	} catch (err) {
		await database.destroy();
		const isOfFile = isDamage(err) || (isReadOnly(err) && (await isWritable(path)));
		if (isOfFile) return { kind: 'damaged' };
		throw err;
	}
}

async function prepare(database: Database, log: Logger): Promise<Opened> {
	const kind = await inspect(database);
	if (kind === 'damaged') return { kind };
	if (kind === 'foreign') {
		const content = await readFormer(database, log);
		return content === undefined ? { kind: 'damaged' } : { kind: 'former', content };
	}
	await migrate(database, log);
	await probe(database);
	return { kind: 'sound', database };
}

async function isWritable(path: string): Promise<boolean> {
	const refusal: unknown = await access(path, constants.W_OK).catch((err: unknown) => err);
	return refusal === undefined;
}

async function isFolder(path: string): Promise<boolean> {
	const found = await stat(path).catch(() => undefined);
	return found?.isDirectory() ?? false;
}
