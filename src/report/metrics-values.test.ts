import { expect } from 'chai';
import { createCounter, createHistogram } from './metrics-values.ts';

describe('createCounter', () => {
	it('must add up by labels, in the order of the family', () => {
		const steps = createCounter({ name: 'n', help: 'h', labelNames: ['kind', 'outcome'] });
		steps.add(['pull', 'done']);
		steps.add(['pull', 'done'], 2);
		steps.add(['pull', 'failed']);
		expect(steps.read()).to.deep.equal([
			{ labels: { kind: 'pull', outcome: 'done' }, value: 3 },
			{ labels: { kind: 'pull', outcome: 'failed' }, value: 1 },
		]);
	});

	it('must be there from the beginning where it has no labels', () => {
		expect(createCounter({ name: 'n', help: 'h' }).read()).to.deep.equal([
			{ labels: {}, value: 0 },
		]);
	});

	it('must stay bounded when a label takes values without end', async () => {
		const counter = createCounter({ name: 'n', help: 'h', labelNames: ['type'] });
		for (let n = 0; n < 10_000; n++) counter.add([`t${n}`]);
		const samples = await counter.read();
		expect(samples.length).to.be.at.most(501);
		expect(samples.reduce((sum, { value }) => sum + value, 0)).to.equal(10_000);
		expect(samples.at(-1)?.labels).to.deep.equal({ type: 'other' });
	});
});

describe('createHistogram', () => {
	it('must count each value in its bound and in all above', () => {
		const seconds = createHistogram({ name: 'n_seconds', help: 'h', bounds: [1, 5] });
		for (const value of [0.5, 1, 3, 60]) seconds.observe([], value);
		expect(seconds.read()).to.deep.equal([
			{ name: 'n_seconds_bucket', labels: { le: '1' }, value: 2 },
			{ name: 'n_seconds_bucket', labels: { le: '5' }, value: 3 },
			{ name: 'n_seconds_bucket', labels: { le: '+Inf' }, value: 4 },
			{ name: 'n_seconds_sum', labels: {}, value: 64.5 },
			{ name: 'n_seconds_count', labels: {}, value: 4 },
		]);
	});
});
