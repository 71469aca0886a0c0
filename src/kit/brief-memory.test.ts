import { expect } from 'chai';
import { createBriefMemory } from './brief-memory.ts';
import { createFakeClock } from './testing/fake-clock.ts';

describe('createBriefMemory', () => {
	it('must read once for all who ask within its time, and anew afterwards', async () => {
		const clock = createFakeClock();
		let readings = 0;
		const read = createBriefMemory(clock, 1000, () => Promise.resolve((readings += 1)));
		expect(await Promise.all([read(), read()])).to.deep.equal([1, 1]);
		await clock.advance(999);
		expect(await read()).to.equal(1);
		await clock.advance(1);
		expect(await read()).to.equal(2);
	});

	it('must not remember a reading that failed', async () => {
		let readings = 0;
		const read = createBriefMemory(createFakeClock(), 1000, async () => {
			readings += 1;
			if (readings === 1) throw new Error('no disk');
			return Promise.resolve('text');
		});
		expect(await read().catch((err: unknown) => String(err))).to.equal('Error: no disk');
		expect(await read()).to.equal('text');
	});
});
