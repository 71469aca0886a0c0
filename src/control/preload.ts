import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { decodePreload, type Preload } from '../model/preload-document.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import type { PreloadFile } from '../ports/preload-file.ts';
import type { StateStore, StoredImage } from '../ports/state-store.ts';

export interface PreloadDeps {
	/** Places to look at, in order; the first one that holds apps is loaded. */
	readonly files: readonly PreloadFile[];
	readonly store: Pick<StateStore, 'loadTarget' | 'saveTarget' | 'recordImages' | 'setSetting'>;
	/** The device is registered with its cloud. */
	readonly isProvisioned: boolean;
	readonly log: Logger;
}

export type PreloadOutcome =
	| { readonly kind: 'none' }
	| { readonly kind: 'loaded'; readonly target: TargetState }
	/** PRELOAD_INVALID or HOST_FAILED; its message names the file and the fault. The file is as it was. */
	| { readonly kind: 'failed'; readonly err: SupervisorError };

/**
 * Makes a preload (contract 4.10) the stored target, unless the device is registered and had a target already. Its
 * images are recorded, not pulled; a wish to stay on its release is kept in the setting `pinDevice`; the file is then
 * retired. One that is not valid is told and left in place, and the device goes on without it.
 * @throws {SupervisorError} STORE_FAILED
 */
export async function loadPreload(deps: PreloadDeps): Promise<PreloadOutcome> {
	const { files, store, isProvisioned } = deps;
	const log = deps.log.child({ component: 'preload' });
	if (isProvisioned && (await store.loadTarget()) !== undefined) return { kind: 'none' };
	for (const file of files) {
		const preload = await readPreload(file);
		if (preload === undefined) continue;
		if (preload instanceof SupervisorError) {
			log.error({ err: preload, path: file.path }, 'preload is not valid, going on without it');
			return { kind: 'failed', err: preload };
		}
		const target = await savePreload(preload, store);
		await file.retire().catch((err: unknown) => {
			log.warn({ err, path: file.path }, 'preload is loaded, but its file stays');
		});
		log.info({ path: file.path, apps: target.apps.length }, 'preload is loaded');
		return { kind: 'loaded', target };
	}
	return { kind: 'none' };
}

/** @returns undefined when the place holds no apps, the failure when what it holds is not valid */
async function readPreload(file: PreloadFile): Promise<Preload | SupervisorError | undefined> {
	const content = await file.read();
	if (content.kind === 'none') return undefined;
	if (content.kind === 'faulty') return invalid(`${file.path} ${content.fault}`);
	try {
		const preload = decodePreload(content.json);
		return decodeTargetDevice(preload.document).apps.length === 0 ? undefined : preload;
	} catch (err) {
		return invalid(`${file.path}: ${messageOf(err)}`, err);
	}
}

function invalid(fault: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`${fault}. Correct it; it is read again at the next start.`, {
		code: 'PRELOAD_INVALID',
		retry: 'never',
		cause,
	});
}

async function savePreload(
	{ document, pin }: Preload,
	store: PreloadDeps['store'],
): Promise<TargetState> {
	const target = decodeTargetDevice(document);
	await store.recordImages(imagesOf(target));
	if (pin !== undefined) {
		await store.setSetting('pinDevice', { app: pin.appId, commit: pin.commit });
	}
	// Last: until it is there, a start after a cut begins again.
	await store.saveTarget({ source: 'preload', document });
	return target;
}

function imagesOf({ apps }: TargetState): StoredImage[] {
	return apps.flatMap(({ appUuid, release }) =>
		(release?.services ?? []).map(({ image, serviceName, serviceId, imageId }) => ({
			reference: image,
			appUuid,
			serviceName,
			serviceId,
			imageId,
			releaseId: release?.releaseId ?? 0,
			commit: release?.commit ?? '',
		})),
	);
}
