import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import type { FormerApiKey } from '../ports/state-store.ts';
import type { Database } from './database.ts';
import { createRowParser, SettingRow } from './rows.ts';

/** Kept by its digest alone: nobody has to be told it again. */
const FormerKey = z.object({
	/** SHA-256, in hex. */
	digest: z.string().length(64),
	appId: z.number(),
	serviceName: z.string().optional(),
	holders: z.array(z.string()),
});
type FormerKey = z.infer<typeof FormerKey>;

const settingName = 'formerApiKeys';
/** The first of an owner is the one its container has; of the later ones so many are kept. */
const laterPerOwner = 7;

/** Keys that were replaced and that somebody still holds. One call at a time. */
export interface FormerKeys {
	/** Compares in constant time. */
	find(digest: Buffer): Promise<FormerApiKey | undefined>;
	/** It is on the disk when this resolves. */
	add(digest: Buffer, former: FormerApiKey): Promise<void>;
	retire(isHeld: (former: FormerApiKey) => boolean): Promise<void>;
}

export function createFormerKeys(database: Database, log: Logger): FormerKeys {
	const parser = createRowParser('setting', SettingRow, log);
	let cache: readonly FormerKey[] | undefined;
	const load = async (): Promise<readonly FormerKey[]> => {
		const [row] = parser.parse(await database('setting').where({ name: settingName }));
		return z.array(FormerKey).catch([]).parse(row?.value);
	};
	const known = async (): Promise<readonly FormerKey[]> => (cache ??= await load());
	const save = async (keys: readonly FormerKey[]): Promise<void> => {
		const row = { name: settingName, value: JSON.stringify(keys) };
		if (keys.length === 0) await database('setting').where({ name: settingName }).delete();
		else await database('setting').insert(row).onConflict('name').merge();
		cache = keys;
	};
	return {
		async find(digest) {
			const matches = (await known()).filter((former) =>
				timingSafeEqual(Buffer.from(former.digest, 'hex'), digest),
			);
			return matches[0];
		},
		async add(digest, former) {
			const others = await known();
			const [first, ...later] = others.filter((one) => isSameOwner(one, former));
			const kept = [...(first === undefined ? [] : [first]), ...later.slice(1 - laterPerOwner)];
			await save([
				...others.filter((one) => !isSameOwner(one, former)),
				...kept,
				{ ...former, holders: [...former.holders], digest: digest.toString('hex') },
			]);
		},
		async retire(isHeld) {
			const before = await known();
			const held = before.filter(isHeld);
			if (held.length < before.length) await save(held);
		},
	};
}

function isSameOwner(a: FormerApiKey, b: FormerApiKey): boolean {
	return a.appId === b.appId && a.serviceName === b.serviceName;
}
