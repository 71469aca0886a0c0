import { expect } from 'chai';
import type { EventStore, StoredEvent } from '../event-store.ts';

export interface EventStoreHarness {
	/** A store without content. */
	open(): Promise<EventStore>;
	/** The same store after the process ended and began anew. */
	reopen(): Promise<EventStore>;
}

function eventOf(id: number, change: Partial<StoredEvent> = {}): StoredEvent {
	const base = { id, type: 'engine.up', appUuid: undefined, appId: undefined };
	return { ...base, json: JSON.stringify({ id, type: 'engine.up' }), ...change };
}

/** What every EventStore must do. */
export function describeEventStore(name: string, harness: EventStoreHarness): void {
	describe(`${name} as an EventStore`, () => {
		let store: EventStore;
		beforeEach(async () => {
			store = await harness.open();
		});
		const numbers = { reserved: 1000, isComplete: false };

		it('must have no events and no numbers at first', async () => {
			expect(await store.loadEvents()).to.deep.equal({ events: [], numbers: undefined });
		});

		it('must give events back in order after a restart, with the numbers', async () => {
			const events = [eventOf(7), eventOf(8, { appUuid: 'u', appId: 4, type: 'step.done' })];
			await store.saveEvents(events, { keepFrom: 1, numbers: { reserved: 9, isComplete: true } });
			store = await harness.reopen();
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
}
