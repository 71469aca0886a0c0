import { expect } from 'chai';
import { systemClock } from '../../kit/clock.ts';
import type { HistoryEntry } from '../../model/history.ts';
import type { HistoryQuery } from '../../ports/history-store.ts';
import { appKey, depsOf, globalKey } from '../testing/fixture.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

const at = '2026-01-01T00:00:00.000Z';

function entryOf(id: number, appId: number): HistoryEntry {
	return {
		...{ id, appId, appUuid: `uuid-${appId}`, startedAt: at, endedAt: at, tookMs: 0 },
		...{ kind: 'update', text: 'x', by: { kind: 'cloud' }, cause: 'y', outcome: 'done' },
		...{ services: [], steps: 1, failures: 0 },
	};
}

describe('GET /v3/history', () => {
	const conforms = createConformance();
	let asked: HistoryQuery[];
	let rows: HistoryEntry[];
	beforeEach(() => {
		asked = [];
		rows = [];
	});
	const { watch } = depsOf({ log: [] });
	const ask = async (query = '', key = globalKey) => {
		const history = {
			readHistory(wanted: HistoryQuery) {
				asked.push(wanted);
				return Promise.resolve(rows.slice(0, wanted.limit));
			},
		};
		const { ask: send } = serve({ watch: { ...watch, history, clock: systemClock } });
		const answer = await send(`GET /v3/history${query}`, { key });
		const { status, type } = answer;
		const body = answer.body as { entries: HistoryEntry[]; next?: string };
		if (answer.ok) conforms('GET /v3/history', { status, type, body });
		return { status, body };
	};

	it('must give what was changed, newest first, and no further page at the end', async () => {
		rows = [entryOf(2, 1), entryOf(1, 2)];
		const { body } = await ask();
		expect(body).to.deep.equal({ entries: rows });
		expect(asked).to.deep.equal([{ before: undefined, limit: 51 }]);
	});

	it('must name the next page, with what was asked for', async () => {
		rows = [entryOf(9, 1), entryOf(8, 1), entryOf(7, 1)];
		const { body } = await ask('?limit=2&app=uuid-1');
		expect(body.entries.map(({ id }) => id)).to.deep.equal([9, 8]);
		expect(body.next).to.equal('/v3/history?before=8&limit=2&app=uuid-1');
		await ask(String(body.next).slice('/v3/history'.length));
		expect(asked[1]).to.deep.equal({ app: { uuid: 'uuid-1' }, before: 8, limit: 3 });
	});

	it('must take the number of an app for its uuid', async () => {
		await ask('?app=2');
		expect(asked[0]).to.deep.include({ app: { id: 2 } });
	});

	it('must give the holder of an app’s key what concerns its app, whatever is asked for', async () => {
		rows = [entryOf(1, 1)];
		expect((await ask('', appKey)).body.entries).to.have.lengthOf(1);
		expect((await ask('?app=uuid-2', appKey)).body.entries).to.deep.equal([]);
		rows = [entryOf(1, 2)];
		expect((await ask('', appKey)).body.entries).to.deep.equal([]);
		expect(asked.every(({ app }) => JSON.stringify(app) === '{"id":1}')).to.equal(true);
	});

	for (const query of ['?limit=0', '?limit=201', '?before=x', '?app=']) {
		it(`must refuse ${query}`, async () => {
			expect((await ask(query)).status).to.equal(400);
		});
	}
});
