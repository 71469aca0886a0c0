import { silentLogger } from '../kit/logger.ts';
import { describeEventStore } from '../ports/testing/event-store-contract.ts';
import type { StateStore } from '../ports/state-store.ts';
import { makeTempFolder, openAt, type TempFolder } from './testing/temp-store.ts';

describe('the events of the SQLite store', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let folder: TempFolder;
	let store: StateStore;
	beforeEach(async () => {
		folder = await makeTempFolder();
		store = await openAt(folder.databasePath, silentLogger);
	});
	afterEach(async () => {
		await store.close();
		await folder.remove();
	});

	describeEventStore('the SQLite store', {
		open: () => Promise.resolve(store),
		async reopen() {
			await store.close();
			store = await openAt(folder.databasePath, silentLogger);
			return store;
		},
	});
});
