import type { z } from 'zod';
import type { ServiceComposition, ServiceMount } from '../composition.ts';
import { mounts, type DroppedMount } from './mounts.ts';
import { byteSize, splitAtFirst, textList } from './values.ts';

/** Paths with options: `/run`, `/run:size=64m`. */
const tmpfs = textList.transform((entries) =>
	Object.fromEntries(entries.map((entry) => splitAtFirst(entry, ':'))),
);

/** What is mounted into the container. */
export const storageFields = {
	volumes: mounts.default([]),
	tmpfs: tmpfs.default({}),
	shm_size: byteSize.optional(),
};

type StorageFields = z.infer<z.ZodObject<typeof storageFields>>;

export function toStorage(fields: StorageFields) {
	return {
		volumes: fields.volumes.filter(isMount),
		tmpfs: fields.tmpfs,
		shmSizeBytes: fields.shm_size,
	} satisfies Partial<ServiceComposition>;
}

/** One sentence for each mount that has no effect. */
export function droppedMounts({ volumes }: StorageFields): string[] {
	return volumes.flatMap((mount, index) =>
		mount.type === 'dropped' ? [`volumes[${index}]: ${mount.reason}`] : [],
	);
}

function isMount(mount: ServiceMount | DroppedMount): mount is ServiceMount {
	return mount.type !== 'dropped';
}
