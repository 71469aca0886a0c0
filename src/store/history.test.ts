import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import type { NewHistoryEntry } from '../model/history.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import { connect, migrate, type Database } from './database.ts';
import { createHistoryStore } from './history.ts';
import { makeTempFolder, type TempFolder } from './testing/temp-store.ts';

function changeOf(text: string, change: Partial<NewHistoryEntry> = {}): NewHistoryEntry {
	return {
		startedAt: '2026-01-01T00:00:00.000Z',
		endedAt: '2026-01-01T00:00:01.000Z',
		tookMs: 1000,
		kind: 'update',
		text,
		by: { kind: 'cloud' },
		cause: 'a new target',
		outcome: 'done',
		services: [{ serviceName: 'web', change: 'started', cause: 'image changed' }],
		steps: 3,
		failures: 0,
		...change,
	};
}

describe('the history of the SQLite store', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let folder: TempFolder;
	let database: Database;
	const clock = createFakeClock();
	const open = (rows = 5): HistoryStore =>
		createHistoryStore(database, { clock, log: silentLogger, limits: { rows, ageMs: 60_000 } });
	const textsOf = async (history: HistoryStore): Promise<string[]> =>
		(await history.readHistory({ limit: 100 })).map(({ text }) => text);

	beforeEach(async () => {
		folder = await makeTempFolder();
		database = await connect(folder.databasePath, silentLogger);
		await migrate(database, silentLogger);
	});
	afterEach(async () => {
		await database.destroy();
		await folder.remove();
	});

	it('must give changes back as they were, newest first, with growing numbers', async () => {
		const history = open();
		const first = changeOf('first', { appUuid: 'u', appId: 7, error: 'no' });
		await history.addHistory(first);
		await history.addHistory(changeOf('second'));
		const [second, one] = await history.readHistory({ limit: 10 });
		expect(second?.text).to.equal('second');
		expect(one).to.deep.equal({ ...first, id: 1 });
	});

	it('must keep no more than so many', async () => {
		const history = open(3);
		for (const text of ['a', 'b', 'c', 'd', 'e']) await history.addHistory(changeOf(text));
		expect(await textsOf(history)).to.deep.equal(['e', 'd', 'c']);
	});

	it('must keep none that is too old', async () => {
		const history = open();
		await history.addHistory(changeOf('old'));
		await clock.advance(60_001);
		await history.addHistory(changeOf('new'));
		expect(await textsOf(history)).to.deep.equal(['new']);
	});

	it('must page backwards from a number, for one app or for all', async () => {
		const history = open(10);
		for (const appId of [1, 2, 1, 2, 1]) {
			await history.addHistory(changeOf(`of ${appId}`, { appId, appUuid: `u${appId}` }));
		}
		const ids = async (query: Parameters<HistoryStore['readHistory']>[0]): Promise<number[]> =>
			(await history.readHistory(query)).map(({ id }) => id);
		expect(await ids({ limit: 2 })).to.deep.equal([5, 4]);
		expect(await ids({ limit: 2, before: 4 })).to.deep.equal([3, 2]);
		expect(await ids({ limit: 9, app: { id: 1 }, before: 5 })).to.deep.equal([3, 1]);
		expect(await ids({ limit: 9, app: { uuid: 'u2' } })).to.deep.equal([4, 2]);
	});

	it('must leave out a damaged row', async () => {
		const history = open();
		await history.addHistory(changeOf('sound'));
		await history.addHistory(changeOf('damaged'));
		await database('history').where({ id: 2 }).update({ entry: '{' });
		expect(await textsOf(history)).to.deep.equal(['sound']);
	});
});
