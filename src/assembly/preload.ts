import path from 'node:path';
import { isVariableIn } from '../cloud/initial-variables.ts';
import { loadPreload } from '../control/preload.ts';
import { createPreloadFile } from '../host/preload-file.ts';
import { isRecord } from '../kit/digest.ts';
import type { StoredTarget } from '../ports/state-store.ts';
import type { Basis } from './basis.ts';

/** Stores a preloaded app as the target, where there is one to load; says so when it cannot be read. */
export async function preload(
	{ environment, config, store, log }: Pick<Basis, 'environment' | 'config' | 'store' | 'log'>,
	announce: (message: string) => void,
): Promise<void> {
	const current = await config.read();
	const { registered_at: registeredAt, deviceId, apiEndpoint, persistentLogging } = current;
	const keepsLogging = persistentLogging && apiEndpoint !== '';
	const folders = [environment.dataMountpoint, environment.bootMountpoint];
	const outcome = await loadPreload({
		files: folders.map((folder) => createPreloadFile(path.join(folder, 'apps.json'))),
		store: {
			loadTarget: () => store.loadTarget(),
			saveTarget: (target) => store.saveTarget(keepsLogging ? withLogging(target) : target),
			recordImages: (images) => store.recordImages(images),
			setSetting: (name, value) => store.setSetting(name, value),
		},
		isProvisioned: apiEndpoint !== '' && registeredAt !== undefined && deviceId !== undefined,
		log,
	});
	if (outcome.kind === 'failed') announce(outcome.err.message);
}

const logging = 'SUPERVISOR_PERSISTENT_LOGGING';

/**
 * The target with the logging that config.json asks for, unless it speaks of it itself: the device would lose its journal
 * and reboot, before it could tell the cloud what it brings along.
 */
function withLogging(target: StoredTarget): StoredTarget {
	const document = isRecord(target.document) ? target.document : {};
	const variables = isRecord(document.config) ? document.config : {};
	if (isVariableIn(variables, logging)) return target;
	return { ...target, document: { ...document, config: { ...variables, [logging]: 'true' } } };
}
