import { createHash, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../kit/digest.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import type { Random } from '../kit/random.ts';
import type { ApiKey, ApiScope, FormerApiKey, ServiceKeyOptions } from '../ports/state-store.ts';
import type { Database } from './database.ts';
import { createFormerKeys, type FormerKeys } from './former-keys.ts';
import { ApiKeyRow, createRowParser } from './rows.ts';

interface CachedKey {
	readonly apiKey: ApiKey;
	readonly digest: Buffer;
}

/** The keys, in memory after the first use: every request of the local API asks for one. */
export interface ApiKeys {
	/** The key of this owner with these scopes; made anew when there is none or its scopes differ. */
	ensure(
		owner: Omit<ApiKey, 'key'>,
		options?: Pick<ServiceKeyOptions, 'held' | 'holders'>,
	): Promise<ApiKey>;
	find(key: string): Promise<ApiKey | undefined>;
	regenerate(key: string, holders?: readonly string[]): Promise<ApiKey | undefined>;
	retire(isHeld: (former: FormerApiKey) => boolean): Promise<void>;
}

type Owner = Pick<ApiKey, 'appId' | 'serviceName'>;

/** Keys of ours, and those of former supervisors. */
const keyForm = /^[\w-]{16,128}$/;

export const globalScopes: readonly ApiScope[] = [{ type: 'global' }];

export function createApiKeys(database: Database, random: Random, log: Logger): ApiKeys {
	const queue = createQueue();
	const former = createFormerKeys(database, log);
	const table = createKeyTable(database, log, former);
	const acceptable = async (offered: string | undefined): Promise<string> =>
		offered !== undefined && keyForm.test(offered) && (await table.find(offered)) === undefined
			? offered
			: random.hex32();
	/** Between the two writes the present key counts as a former one, too: it opens the same. */
	const replace = async (
		{ key, ...owner }: ApiKey,
		scopes: readonly ApiScope[],
		holders: readonly string[] = [],
	): Promise<ApiKey> => {
		const { appId, serviceName } = owner;
		if (holders.length > 0) await former.add(digestOf(key), { appId, serviceName, holders });
		return table.save({ ...owner, scopes, key: random.hex32() });
	};

	return {
		find: (key) => queue.run(() => table.find(key)),
		async ensure(owner, { held, holders } = {}) {
			const present = await queue.run(() => table.ofOwner(owner));
			// Asked outside of the queue: requests of the local API do not wait for the engine.
			const offered = present === undefined ? await held?.() : undefined;
			return queue.run(async () => {
				const known = await table.ofOwner(owner);
				if (known === undefined) return table.add({ ...owner, key: await acceptable(offered) });
				const isFit = canonicalJson(known.scopes) === canonicalJson(owner.scopes);
				return isFit ? known : replace(known, owner.scopes, holders);
			});
		},
		regenerate: (key, holders) =>
			queue.run(async () => {
				const asked = await table.find(key);
				const known = asked && (await table.ofOwner(asked));
				return known && replace(known, known.scopes, holders);
			}),
		retire: (isHeld) => queue.run(() => former.retire(isHeld)),
	};
}

/** The rows and their copy in memory. One call at a time. */
interface KeyTable {
	ofOwner(owner: Owner): Promise<ApiKey | undefined>;
	/** @returns also the owner of a former key, with that key */
	find(key: string): Promise<ApiKey | undefined>;
	/** @returns the key that counts afterwards: another process may have added one */
	add(apiKey: ApiKey): Promise<ApiKey>;
	save(apiKey: ApiKey): Promise<ApiKey>;
}

function createKeyTable(database: Database, log: Logger, former: FormerKeys): KeyTable {
	const parser = createRowParser('apiKey', ApiKeyRow, log);
	let cache: Map<string, CachedKey> | undefined;

	const load = async (): Promise<Map<string, CachedKey>> => {
		cache ??= new Map(
			parser
				.parse(await database('apiKey').select())
				.map(toApiKey)
				.map((apiKey) => [ownerOf(apiKey), { apiKey, digest: digestOf(apiKey.key) }]),
		);
		return cache;
	};
	const save = async (apiKey: ApiKey): Promise<ApiKey> => {
		const keys = await load();
		await database('apiKey').insert(toRow(apiKey)).onConflict(['appId', 'serviceName']).merge();
		keys.set(ownerOf(apiKey), { apiKey, digest: digestOf(apiKey.key) });
		return apiKey;
	};
	return {
		save,
		ofOwner: async (owner) => (await load()).get(ownerOf(owner))?.apiKey,
		async add(apiKey) {
			const [row] = parser.parse(await insertUnlessThere(database, apiKey));
			if (row === undefined) return save(apiKey); // what stands there is damaged
			const added = toApiKey(row);
			(await load()).set(ownerOf(added), { apiKey: added, digest: digestOf(added.key) });
			return added;
		},
		async find(key) {
			const digest = digestOf(key);
			const matches = [...(await load()).values()].filter((cached) =>
				timingSafeEqual(cached.digest, digest),
			);
			if (matches[0] !== undefined) return matches[0].apiKey;
			const owner = await former.find(digest);
			const present = owner && (await load()).get(ownerOf(owner))?.apiKey;
			return present && { ...present, key };
		},
	};
}

/** Another process (the `api-key` command) may make the same key at this moment: the first one counts. */
async function insertUnlessThere(database: Database, apiKey: ApiKey): Promise<unknown[]> {
	const { appId, serviceName, ...rest } = toRow(apiKey);
	const owner = { appId, serviceName };
	await database('apiKey')
		.insert({ ...owner, ...rest })
		.onConflict(['appId', 'serviceName'])
		.ignore();
	return database('apiKey').where(owner);
}

function toApiKey({ serviceName, ...row }: ApiKeyRow): ApiKey {
	return serviceName === '' ? row : { ...row, serviceName };
}

function toRow({ appId, serviceName = '', scopes, key }: ApiKey) {
	return { appId, serviceName, scopes: JSON.stringify(scopes), key };
}

function ownerOf({ appId, serviceName = '' }: Owner): string {
	return `${appId}/${serviceName}`;
}

function digestOf(key: string): Buffer {
	return createHash('sha256').update(key).digest();
}
