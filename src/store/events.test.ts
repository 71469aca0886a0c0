import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import type { StoredEvent } from '../ports/event-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { makeTempFolder, openAt, type TempFolder } from './testing/temp-store.ts';

function eventOf(id: number, change: Partial<StoredEvent> = {}): StoredEvent {
	const base = { id, type: 'engine.up', appUuid: undefined, appId: undefined };
	return { ...base, json: JSON.stringify({ id, type: 'engine.up' }), ...change };
}

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

	const numbers = { reserved: 1000, isComplete: false };

	it('must be none, without numbers, in a new store', async () => {
		expect(await store.loadEvents()).to.deep.equal({ events: [], numbers: undefined });
	});

	it('must come back in order after a restart, with the numbers', async () => {
		const events = [eventOf(7), eventOf(8, { appUuid: 'u', appId: 4, type: 'step.done' })];
		await store.saveEvents(events, { keepFrom: 1, numbers: { reserved: 9, isComplete: true } });
		await store.close();
		store = await openAt(folder.databasePath, silentLogger);
		expect(await store.loadEvents()).to.deep.equal({
			events,
			numbers: { reserved: 9, isComplete: true },
		});
	});

	it('must forget those below the first one to keep', async () => {
		const events = Array.from({ length: 250 }, (_, index) => eventOf(index + 1));
		await store.saveEvents(events, { keepFrom: 1, numbers });
		await store.saveEvents([eventOf(251)], { keepFrom: 250, numbers });
		const { events: kept } = await store.loadEvents();
		expect(kept.map(({ id }) => id)).to.deep.equal([250, 251]);
	});

	it('must take the same events twice', async () => {
		await store.saveEvents([eventOf(1)], { keepFrom: 1, numbers });
		await store.saveEvents([eventOf(1)], { keepFrom: 1, numbers });
		expect((await store.loadEvents()).events).to.have.lengthOf(1);
	});
});
