import { expect } from 'chai';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { DeviceEvent } from '../../model/event.ts';
import { createFakeEventStore, type FakeEventStore } from '../../ports/testing/fake-event-store.ts';
import { createJournal, type Journal, type JournalEntry } from './journal.ts';

describe('createJournal', () => {
	let store: FakeEventStore;
	let clock: FakeClock;
	beforeEach(() => {
		store = createFakeEventStore();
		clock = createFakeClock();
	});

	async function begin(): Promise<{ journal: Journal; end: () => Promise<void> }> {
		const limits = { count: 5, size: 10_000 };
		const journal = createJournal({ store, clock, log: silentLogger, limits });
		await journal.load();
		const stop = new AbortController();
		const running = journal.run(stop.signal);
		await clock.advance(0);
		return {
			journal,
			end() {
				stop.abort();
				return running.then(() => journal.finish());
			},
		};
	}
	const idsOf = (journal: Journal, after = 0): number[] =>
		journal.after(after).events.map(({ id }) => id);

	it('must number, stamp and tell what happens', async () => {
		const { journal, end } = await begin();
		const heard: JournalEntry[] = [];
		const leave = journal.subscribe((entry) => heard.push(entry));
		journal.publish({ type: 'lock.taken', appUuid: 'u', appId: 7, services: ['web'] });
		leave();
		journal.publish({ type: 'engine.down' });
		expect(heard).to.have.lengthOf(1);
		expect(heard[0]).to.deep.include({ id: 1, type: 'lock.taken', appUuid: 'u', appId: 7 });
		expect(DeviceEvent.parse(JSON.parse(heard[0]?.json ?? ''))).to.deep.equal({
			id: 1,
			at: '2026-01-01T00:00:00.000Z',
			type: 'lock.taken',
			appUuid: 'u',
			appId: 7,
			services: ['web'],
		});
		expect(journal.lastId).to.equal(2);
		await end();
	});

	it('must tell, but neither number nor keep, what passes', async () => {
		const { journal, end } = await begin();
		const heard: JournalEntry[] = [];
		journal.subscribe((entry) => heard.push(entry));
		journal.publish({ type: 'pull.progress', image: 'x', percent: 4 });
		expect(heard.map(({ id, type }) => ({ id, type }))).to.deep.equal([
			{ id: undefined, type: 'pull.progress' },
		]);
		expect(idsOf(journal)).to.deep.equal([]);
		await end();
	});

	it('must go on with its numbers and its events after an orderly end', async () => {
		const first = await begin();
		for (let n = 0; n < 7; n++) first.journal.publish({ type: 'engine.up' });
		await first.end();
		const { journal, end } = await begin();
		expect(idsOf(journal)).to.deep.equal([3, 4, 5, 6, 7]);
		expect(journal.after(2)).not.to.have.property('missed');
		journal.publish({ type: 'engine.up' });
		expect(journal.lastId).to.equal(8);
		await end();
	});

	it('must number nothing that comes after its end', async () => {
		const first = await begin();
		first.journal.publish({ type: 'engine.up' });
		await first.end();
		const heard: JournalEntry[] = [];
		first.journal.subscribe((entry) => heard.push(entry));
		first.journal.publish({ type: 'engine.down' });
		expect(heard[0]).to.include({ type: 'engine.down', id: undefined });
		const { journal, end } = await begin();
		journal.publish({ type: 'cloud.up' });
		expect(idsOf(journal)).to.deep.equal([1, 2]);
		await end();
	});

	it('must give no number twice after a crash, and tell the gap', async () => {
		const first = await begin();
		first.journal.publish({ type: 'engine.up' });
		await clock.advance(60_000);
		first.journal.publish({ type: 'engine.down' }); // not saved any more
		const { journal, end } = await begin();
		const [saved, gap] = journal.after(0).events;
		expect(saved).to.include({ id: 1, type: 'engine.up' });
		expect(gap?.id).to.be.greaterThan(2);
		expect(JSON.parse(gap?.json ?? '')).to.include({
			type: 'gap',
			missedFrom: 2,
			missedTo: (gap?.id ?? 0) - 1,
		});
		await end();
		await first.end();
	});

	it('must write nothing while nothing happens, and once for what happens together', async () => {
		const { journal, end } = await begin();
		expect(store.saves).to.equal(1);
		await clock.advance(3_600_000);
		expect(store.saves).to.equal(1);
		expect(clock.sleepers().filter((ms) => ms < 3_600_000)).to.deep.equal([]);
		for (let n = 0; n < 4; n++) journal.publish({ type: 'engine.up' });
		await clock.advance(20_000);
		journal.publish({ type: 'engine.up' });
		await clock.advance(60_000);
		expect(store.saves).to.equal(2);
		expect(store.saved).to.have.lengthOf(5);
		await end();
	});

	it('must write no more often than every five minutes while something happens all the time', async () => {
		const { journal, end } = await begin();
		for (let n = 0; n < 60; n++) {
			journal.publish({ type: 'engine.up' });
			await clock.advance(10_000);
		}
		expect(store.saves).to.equal(1 + 2);
		await end();
	});

	it('must save later what could not be saved', async () => {
		const { journal, end } = await begin();
		store.setBroken(true);
		journal.publish({ type: 'engine.up' });
		await clock.advance(31_000);
		store.setBroken(false);
		await clock.advance(301_000);
		expect(store.saved.map(({ id }) => id)).to.deep.equal([1]);
		await end();
	});

	it('must tell a reader who knows a number that was never given out that it missed something', async () => {
		const { journal, end } = await begin();
		journal.publish({ type: 'engine.up' });
		expect(journal.after(900)).to.deep.include({ missed: {} });
		expect(idsOf(journal, 900)).to.deep.equal([1]);
		await end();
	});
});
