import type { z } from 'zod';
import type { ServiceComposition } from '../composition.ts';
import { field } from './field.ts';
import { mounts } from './mounts.ts';
import { splitAtFirst, textList } from './values.ts';

/** Paths with options: `/run`, `/run:size=64m,mode=1777`. */
const tmpfs = textList
	.refine(
		(entries) => entries.every((entry) => entry.startsWith('/')),
		'must be absolute paths such as /run or /run:size=64m',
	)
	.transform((entries) => Object.fromEntries(entries.map((entry) => splitAtFirst(entry, ':'))));

/** What is mounted into the container. */
export const storageFields = {
	volumes: field(mounts.optional(), {
		forms:
			'list of `volume:path[:ro]`, `path`, `/tmp/…:path[:ro]`, or of maps of `type` (`volume`, `tmpfs`, `bind`), `source`, `target`, `read_only`, `volume.nocopy`, `tmpfs.size`, `tmpfs.mode`',
		engine: 'HostConfig.Binds, HostConfig.Mounts, Volumes',
		fallback: "the image's anonymous volumes",
		doc: "Volumes of the app, anonymous ones, and folders strictly below the host's /tmp; other paths of the host have no effect.",
	}),
	tmpfs: field(tmpfs.default({}), {
		forms: 'string, or list of strings: `/run`, `/run:size=64m,mode=1777`',
		engine: 'HostConfig.Tmpfs',
		fallback: 'none',
		doc: 'Filesystems in memory.',
	}),
};

type StorageFields = z.infer<z.ZodObject<typeof storageFields>>;

export function toStorage(fields: StorageFields) {
	return {
		volumes: fields.volumes?.taken ?? [],
		tmpfs: fields.tmpfs,
	} satisfies Partial<ServiceComposition>;
}
