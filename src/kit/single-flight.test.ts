import { expect } from 'chai';
import { createSingleFlight } from './single-flight.ts';

describe('createSingleFlight', () => {
	it('must share one run per key, and run anew once it has ended', async () => {
		let runs = 0;
		const flights = createSingleFlight<number>();
		const work = async (): Promise<number> => {
			await Promise.resolve();
			runs += 1;
			return runs;
		};
		expect(await Promise.all([flights.run('a', work), flights.run('a', work)])).to.deep.equal([
			1, 1,
		]);
		expect(await flights.run('a', work)).to.equal(2);
	});

	it('must not remember a failure', async () => {
		const flights = createSingleFlight<string>();
		await flights.run('a', () => Promise.reject(new Error('no'))).catch(() => undefined);
		expect(await flights.run('a', () => Promise.resolve('yes'))).to.equal('yes');
	});
});
