import { expect } from 'chai';
import { pauseAfterFailureMs, pauseAfterSuccessMs } from './poll-schedule.ts';

describe('the pauses of the poller', () => {
	const intervalMs = 900_000;
	const failing = (failures: number, more = {}) =>
		pauseAfterFailureMs({ failures, intervalMs, fraction: 0, ...more });

	it('must double from 15 s up to the interval', () => {
		expect([0, 1, 2, 5, 6, 99].map((n) => failing(n))).to.deep.equal([
			15_000, 30_000, 60_000, 480_000, 900_000, 900_000,
		]);
	});

	it('must stay within a short interval', () => {
		expect(failing(0, { intervalMs: 10_000 })).to.equal(10_000);
	});

	it('must not be shorter than the cloud asked for, and not the same for all whom it asked', () => {
		expect(failing(0, { retryAfterMs: 60_000 })).to.equal(60_000);
		expect(failing(0, { retryAfterMs: 60_000, fraction: 1 })).to.equal(72_000);
	});

	it('must spread by up to a tenth of the interval, at most a minute', () => {
		expect(pauseAfterSuccessMs(10_000, 1)).to.equal(11_000);
		expect(pauseAfterSuccessMs(900_000, 1)).to.equal(960_000);
	});
});
