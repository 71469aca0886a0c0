import { z } from 'zod';
import type { StateStore } from '../ports/state-store.ts';
import type { CloudAccess } from './identity.ts';

type Tags = Readonly<Record<string, string>>;
type Owner = Pick<CloudAccess, 'apiEndpoint' | 'uuid'>;

/** What the cloud shall know of tags and what it was told; kept over restarts. One call at a time. */
export interface TagBook {
	want(tags: Tags): Promise<void>;
	/** The wanted tags whose last told value is another. */
	untold(owner: Owner): Promise<Tags>;
	/** The cloud has taken these. */
	told(tags: Tags, owner: Owner): Promise<void>;
}

/** Names of contract 3.2; the third says whom the second is about, and is absent where a former supervisor wrote it. */
const names = { wanted: 'targetTags', told: 'reportedTags', owner: 'reportedTagsTo' };

const Tags = z.record(z.string(), z.string()).catch({});

export function createTagBook(store: Pick<StateStore, 'getSetting' | 'setSetting'>): TagBook {
	const read = async (name: string): Promise<Tags> => Tags.parse(await store.getSetting(name));
	const readTold = async (owner: Owner): Promise<Tags> => {
		const to = await store.getSetting(names.owner);
		return to === undefined || to === nameOf(owner) ? read(names.told) : {};
	};
	return {
		want: async (tags) =>
			store.setSetting(names.wanted, { ...(await read(names.wanted)), ...tags }),
		async untold(owner) {
			const [wanted, told] = [await read(names.wanted), await readTold(owner)];
			const isTold = ([name, value]: [string, string]): boolean =>
				Object.hasOwn(told, name) && told[name] === value;
			return Object.fromEntries(Object.entries(wanted).filter((tag) => !isTold(tag)));
		},
		async told(tags, owner) {
			const told = { ...(await readTold(owner)), ...tags };
			await store.setSetting(names.owner, nameOf(owner));
			await store.setSetting(names.told, told);
		},
	};
}

function nameOf({ apiEndpoint, uuid }: Owner): string {
	return `${apiEndpoint}#${uuid}`;
}
