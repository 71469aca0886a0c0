import type { StateStore } from '../ports/state-store.ts';
import { toStoreFailure } from './store-failure.ts';

/** The same store; every failure leaves it as STORE_FAILED and names the call. */
export function guardStore(store: StateStore): StateStore {
	return {
		loadTarget: () => attempt('loadTarget', () => store.loadTarget()),
		saveTarget: (target) => attempt('saveTarget', () => store.saveTarget(target)),
		listImages: () => attempt('listImages', () => store.listImages()),
		recordImages: (images) => attempt('recordImages', () => store.recordImages(images)),
		forgetImages: (references) => attempt('forgetImages', () => store.forgetImages(references)),
		currentCommits: () => attempt('currentCommits', () => store.currentCommits()),
		recordCommit: (appUuid, commit) =>
			attempt('recordCommit', () => store.recordCommit(appUuid, commit)),
		forgetCommit: (appUuid) => attempt('forgetCommit', () => store.forgetCommit(appUuid)),
		globalApiKey: () => attempt('globalApiKey', () => store.globalApiKey()),
		serviceApiKey: (appId, serviceName, options) =>
			attempt('serviceApiKey', () => store.serviceApiKey(appId, serviceName, options)),
		findApiKey: (key) => attempt('findApiKey', () => store.findApiKey(key)),
		regenerateApiKey: (key, holders) =>
			attempt('regenerateApiKey', () => store.regenerateApiKey(key, holders)),
		retireApiKeys: (isHeld) => attempt('retireApiKeys', () => store.retireApiKeys(isHeld)),
		getSetting: (name) => attempt('getSetting', () => store.getSetting(name)),
		setSetting: (name, value) => attempt('setSetting', () => store.setSetting(name, value)),
		loadEvents: () => attempt('loadEvents', () => store.loadEvents()),
		saveEvents: (events, options) => attempt('saveEvents', () => store.saveEvents(events, options)),
		addHistory: (entry) => attempt('addHistory', () => store.addHistory(entry)),
		readHistory: (query) => attempt('readHistory', () => store.readHistory(query)),
		close: () => attempt('close', () => store.close()),
	};
}

async function attempt<T>(call: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (err) {
		throw toStoreFailure(`${call} failed`, err);
	}
}
