import { decodeTargetDevice } from '../model/target-document.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { PollerDeps } from './poll.ts';

/**
 * The ETag of the cloud's target, as long as what is stored can be put in force: a program of another version may have
 * stored it, and the cloud would go on to answer that nothing is new.
 */
export function createStoredEtag(store: Pick<StateStore, 'loadTarget'>): PollerDeps['storedEtag'] {
	let sound: string | undefined;
	return async () => {
		const stored = await store.loadTarget();
		if (stored?.source !== 'cloud' || stored.etag === undefined) return undefined;
		if (stored.etag !== sound && !isSound(stored.document)) return undefined;
		sound = stored.etag;
		return sound;
	};
}

function isSound(document: unknown): boolean {
	try {
		decodeTargetDevice(document);
		return true;
	} catch {
		return false;
	}
}
