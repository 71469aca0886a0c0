import chunk from 'lodash/chunk.js';
import { digestOf } from '../kit/digest.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import type { StateStore, StoredImage, StoredTarget } from '../ports/state-store.ts';
import { createApiKeys, globalScopes } from './api-keys.ts';
import { firstColumn, type Database } from './database.ts';
import { createEventStore } from './events.ts';
import { guardStore } from './guard-store.ts';
import { createHistoryStore } from './history.ts';
import { importFormer } from './import-former.ts';
import { locateDatabase } from './locate-database.ts';
import { openDatabase } from './open-database.ts';
import { CommitRow, createRowParser, ImageRow, SettingRow, TargetRow } from './rows.ts';
import { toStoreFailure } from './store-failure.ts';

export interface StateStoreOptions {
	/** Database file; its folder is made when absent. See {@link locateDatabase}. */
	readonly path: string;
	/** The device's cloud; default none. Of a former supervisor's targets, its one is taken over. */
	readonly apiEndpoint?: string | undefined;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Logger;
}

/**
 * Opens the supervisor's memory, an SQLite file. A damaged one is set aside, with a line in the log, and made anew: the
 * engine's labels and the next poll fill it again. A new one takes over what the database of a former supervisor beside
 * it knows.
 * @throws {SupervisorError} STORE_FAILED if the disk is full, read-only or broken
 */
export async function openStateStore(options: StateStoreOptions): Promise<StateStore> {
	const { clock, random, apiEndpoint = '' } = options;
	const log = options.log.child({ component: 'store' });
	const { path, formerPath } = await locateDatabase(options.path);
	const { database, isRebuilt } = await openDatabase({ path, clock, log });
	try {
		await importFormer(database, { formerPath, isRebuilt, apiEndpoint, log });
	} catch (err) {
		await database.destroy();
		throw toStoreFailure(`cannot fill ${path}`, err);
	}
	return guardStore(createStore(database, { clock, random, log }));
}

type Part<K extends keyof StateStore> = Pick<StateStore, K>;

function createStore(
	database: Database,
	{ clock, random, log }: Omit<StateStoreOptions, 'path'>,
): StateStore {
	return {
		...targetPart(database, log),
		...imagePart(database, log),
		...commitPart(database, log),
		...keyPart(database, random, log),
		...settingPart(database, log),
		...createEventStore(database, log),
		...createHistoryStore(database, { clock, log }),
		close: closePart(database, log),
	};
}

function targetPart(database: Database, log: Logger): Part<'loadTarget' | 'saveTarget'> {
	const parser = createRowParser('target', TargetRow, log);
	return {
		async loadTarget(): Promise<StoredTarget | undefined> {
			const [row] = parser.parse(await database('target').where({ id: 1 }));
			if (row === undefined) return undefined;
			const { digest, etag, ...target } = row;
			if (digest !== digestOf(target.document)) {
				log.warn({ table: 'target' }, 'damaged row is left out');
				return undefined;
			}
			return etag === null ? target : { ...target, etag };
		},
		async saveTarget({ source, document, etag = null }) {
			const digest = digestOf(document);
			const row = { id: 1, source, document: JSON.stringify(document), digest, etag };
			await database('target').insert(row).onConflict('id').merge();
		},
	};
}

/** SQLite takes a limited number of bound values in one statement. */
const referencesAtOnce = 500;
/** Rows of one insert: SQLite takes a limited number of them, too. */
const rowsAtOnce = 100;

function imagePart(
	database: Database,
	log: Logger,
): Part<'listImages' | 'recordImages' | 'forgetImages'> {
	const parser = createRowParser('image', ImageRow, log);
	return {
		listImages: async () => parser.parse(await database('image').orderBy('rowid')),
		recordImages: (images) =>
			database.transaction(async (transaction) => {
				for (const some of chunk(images.map(toImageRow), rowsAtOnce)) {
					await transaction('image')
						.insert(some)
						.onConflict(['reference', 'appUuid', 'serviceName'])
						.merge();
				}
			}),
		async forgetImages(references) {
			for (let from = 0; from < references.length; from += referencesAtOnce) {
				const some = references.slice(from, from + referencesAtOnce);
				await database('image').whereIn('reference', some).delete();
			}
		},
	};
}

/** Without members that a caller's object has beside those of a row. */
function toImageRow(image: StoredImage): StoredImage {
	const { reference, appUuid, serviceName, serviceId, imageId, releaseId, commit } = image;
	return { reference, appUuid, serviceName, serviceId, imageId, releaseId, commit };
}

function commitPart(
	database: Database,
	log: Logger,
): Part<'currentCommits' | 'recordCommit' | 'forgetCommit'> {
	const parser = createRowParser('currentCommit', CommitRow, log);
	return {
		async currentCommits() {
			const rows = parser.parse(await database('currentCommit').select());
			return Object.fromEntries(rows.map(({ appUuid, commit }) => [appUuid, commit]));
		},
		async recordCommit(appUuid, commit) {
			await database('currentCommit').insert({ appUuid, commit }).onConflict('appUuid').merge();
		},
		async forgetCommit(appUuid) {
			await database('currentCommit').where({ appUuid }).delete();
		},
	};
}

function keyPart(
	database: Database,
	random: Random,
	log: Logger,
): Part<'globalApiKey' | 'serviceApiKey' | 'findApiKey' | 'regenerateApiKey' | 'retireApiKeys'> {
	const keys = createApiKeys(database, random, log);
	return {
		globalApiKey: () => keys.ensure({ appId: 0, scopes: globalScopes }),
		serviceApiKey: (appId, serviceName, options = {}) => {
			const named = (options.scopes ?? []).map((type) => ({ type }));
			return keys.ensure(
				{ appId, serviceName, scopes: [{ type: 'app', appId }, ...named] },
				options,
			);
		},
		findApiKey: (key) => keys.find(key),
		regenerateApiKey: (key, holders) => keys.regenerate(key, holders),
		retireApiKeys: (isHeld) => keys.retire(isHeld),
	};
}

function settingPart(database: Database, log: Logger): Part<'getSetting' | 'setSetting'> {
	const parser = createRowParser('setting', SettingRow, log);
	return {
		async getSetting(name) {
			return parser.parse(await database('setting').where({ name }))[0]?.value;
		},
		async setSetting(name, value) {
			if (value === undefined) {
				await database('setting').where({ name }).delete();
				return;
			}
			const row = { name, value: JSON.stringify(value) };
			await database('setting').insert(row).onConflict('name').merge();
		},
	};
}

function closePart(database: Database, log: Logger): () => Promise<void> {
	let closing: Promise<void> | undefined;
	const close = async (): Promise<void> => {
		const [check] = await firstColumn(database, 'PRAGMA quick_check(1)').catch(() => [
			'unreadable',
		]);
		if (check !== 'ok') log.error({ check }, 'database is damaged: it is set aside at next start');
		await database.destroy();
	};
	return () => (closing ??= close());
}
