import { z } from 'zod';
import type { StateStore } from '../ports/state-store.ts';

/** What was posted in local mode, as far as it differs from what holds without it. */
export const LocalRecord = z
	.object({
		/** Absent: the device's own name. */
		name: z.string().optional(),
		/** Device configuration variables that are other ones than without it. */
		config: z.record(z.string(), z.string()),
		/** In the v3 form. */
		apps: z.record(z.string(), z.unknown()),
		/** By image reference: the engine's id of the image when it was posted. */
		images: z.record(z.string(), z.string()),
	})
	.readonly();
export type LocalRecord = z.infer<typeof LocalRecord>;

/** What was on the engine when local mode began: ids of containers and images, names of networks and volumes. */
export const EngineSnapshot = z
	.object({
		takenAt: z.string(),
		containers: z.array(z.string()),
		images: z.array(z.string()),
		networks: z.array(z.string()),
		volumes: z.array(z.string()),
	})
	.readonly();
export type EngineSnapshot = z.infer<typeof EngineSnapshot>;

/** What local mode remembers over restarts. Failures are STORE_FAILED. */
export interface LocalStore {
	loadRecord(): Promise<LocalRecord | undefined>;
	saveRecord(record: LocalRecord | undefined): Promise<void>;
	loadSnapshot(): Promise<EngineSnapshot | undefined>;
	saveSnapshot(snapshot: EngineSnapshot | undefined): Promise<void>;
}

const recordSetting = 'localTarget';
const snapshotSetting = 'engineSnapshot';

/** In two settings; one that cannot be read counts as absent. */
export function createLocalStore(store: Pick<StateStore, 'getSetting' | 'setSetting'>): LocalStore {
	return {
		loadRecord: async () => LocalRecord.safeParse(await store.getSetting(recordSetting)).data,
		saveRecord: (record) => store.setSetting(recordSetting, record),
		loadSnapshot: async () =>
			EngineSnapshot.safeParse(await store.getSetting(snapshotSetting)).data,
		saveSnapshot: (snapshot) => store.setSetting(snapshotSetting, snapshot),
	};
}
