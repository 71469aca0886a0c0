import { expect } from 'chai';
import fc from 'fast-check';
import { backoffMs, withJitter } from './backoff.ts';

describe('backoffMs', () => {
	const limits = { minMs: 500, maxMs: 10_000 };
	const cases = [
		{ failures: 0, ms: 500 },
		{ failures: 1, ms: 1000 },
		{ failures: 4, ms: 8000 },
		{ failures: 5, ms: 10_000 },
		{ failures: 10_000, ms: 10_000 },
	];
	for (const { failures, ms } of cases) {
		it(`must pause ${ms} ms after ${failures} failures`, () => {
			expect(backoffMs(failures, limits)).to.equal(ms);
		});
	}

	it('must refuse a negative count', () => {
		expect(() => backoffMs(-1, limits)).to.throw(RangeError);
	});

	it('must stay zero when the shortest pause is zero', () => {
		expect(backoffMs(2000, { minMs: 0, maxMs: 5 })).to.equal(0);
	});
});

describe('withJitter', () => {
	it('must stay between the spread and the whole pause', () => {
		const fraction = fc.double({ min: 0, max: 1, noNaN: true });
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e9 }), fraction, fraction, (ms, share, drawn) => {
				const paused = withJitter(ms, share, drawn);
				return paused <= ms && paused >= ms * (1 - share) - 1e-6;
			}),
		);
	});
});
