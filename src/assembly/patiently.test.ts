import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { patiently } from './patiently.ts';

describe('patiently', () => {
	it('must repeat until it succeeds, telling each obstacle and that it is gone', async () => {
		const clock = createFakeClock();
		const told: (string | undefined)[] = [];
		const lines: string[] = [];
		const log = { ...silentLogger, error: (_fields: object, text: string) => lines.push(text) };
		const answers = ['no file', 'no file', 'not JSON'];
		const work = (): Promise<string> => {
			const problem = answers.shift();
			return problem === undefined ? Promise.resolve('read') : Promise.reject(new Error(problem));
		};
		const { signal } = new AbortController();
		const done = patiently(work, { clock, log, onObstacle: (reason) => told.push(reason), signal });
		await clock.advance(60_000);
		expect(await done).to.equal('read');
		expect(told).to.deep.equal(['no file', 'no file', 'not JSON', undefined]);
		expect(lines).to.have.length(2);
	});

	it('must end when its signal fires', async () => {
		const clock = createFakeClock();
		const stop = new AbortController();
		const failing = (): Promise<never> => Promise.reject(new Error('never'));
		const onObstacle = (): void => undefined;
		const deps = { clock, log: silentLogger, onObstacle, signal: stop.signal };
		const done = patiently(failing, deps).catch((err: unknown) => err);
		await clock.advance(1000);
		stop.abort(new Error('SIGTERM'));
		expect(await done).to.have.property('message', 'SIGTERM');
	});
});
