import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createStateBoard } from '../loop/board.ts';
import { createHealth } from './health.ts';

describe('createHealth', () => {
	const applying = { a: { phase: 'applying', reason: '', since: 0, failures: 0 } } as const;

	it('must call an apply hung only when nothing moved for twice the poll interval', async () => {
		const clock = createFakeClock();
		const board = createStateBoard();
		const isHealthy = createHealth({ board, clock, pollIntervalMs: () => 1000 });
		board.update({ apps: applying });
		await clock.advance(1999);
		expect(await isHealthy()).to.equal(true);
		board.update({ pulls: { image: 3 } });
		await clock.advance(1999);
		expect(await isHealthy()).to.equal(true);
		await clock.advance(1);
		expect(await isHealthy()).to.equal(false);
	});

	it('must stay healthy for years of having nothing to do', async () => {
		const clock = createFakeClock();
		const board = createStateBoard();
		const isHealthy = createHealth({ board, clock, pollIntervalMs: () => 1000 });
		await clock.advance(1e12);
		expect(await isHealthy()).to.equal(true);
	});
});
