import path from 'node:path';
import { loadPreload } from '../control/preload.ts';
import { createPreloadFile } from '../host/preload-file.ts';
import type { Basis } from './basis.ts';

/** Stores a preloaded app as the target, where there is one to load; says so when it cannot be read. */
export async function preload(
	{ environment, config, store, log }: Basis,
	announce: (message: string) => void,
): Promise<void> {
	const { registered_at: registeredAt, deviceId, apiEndpoint } = await config.read();
	const folders = [environment.dataMountpoint, environment.bootMountpoint];
	const outcome = await loadPreload({
		files: folders.map((folder) => createPreloadFile(path.join(folder, 'apps.json'))),
		store,
		isProvisioned: apiEndpoint !== '' && registeredAt !== undefined && deviceId !== undefined,
		log,
	});
	if (outcome.kind === 'failed') announce(outcome.err.message);
}
