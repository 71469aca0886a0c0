import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createAttempts } from './attempts.ts';

const setUp = (fraction = 0) => {
	const clock = createFakeClock();
	const limits = () => ({ minMs: 500, maxMs: 60_000 });
	return {
		clock,
		attempts: createAttempts({ clock, limits, random: { fraction: () => fraction } }),
	};
};

describe('createAttempts', () => {
	it('must double the pause with each failure up to the longest', () => {
		const { attempts } = setUp();
		const pauses = Array.from({ length: 9 }, () => attempts.failed(['step'], { message: 'no' }));
		expect(pauses).to.deep.equal([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
	});

	it('must take up to a fifth off the pause by chance', () => {
		expect(setUp(1).attempts.failed(['step'], { message: 'no' })).to.equal(400);
	});

	it('must pause as long as the other side asks for', () => {
		expect(setUp().attempts.failed(['step'], { message: 'no', minPauseMs: 7000 })).to.equal(7000);
	});

	it('must let the steps rest that failed, until the pause is over', async () => {
		const { attempts, clock } = setUp();
		attempts.failed(['bad'], { message: 'no' });
		await clock.advance(200);
		expect(attempts.restMs()).to.equal(300);
		expect([...attempts.resting()]).to.deep.equal(['bad']);
		attempts.failed(['worse'], { message: 'no' });
		expect([...attempts.resting()]).to.deep.equal(['bad', 'worse']);
		await clock.advance(1000);
		expect([...attempts.resting()]).to.deep.equal([]);
		attempts.failed(['other'], { message: 'no' });
		expect([...attempts.resting()]).to.deep.equal(['other']);
		attempts.cutShort();
		expect(attempts.restMs()).to.equal(0);
		expect([...attempts.resting()]).to.deep.equal([]);
	});

	it('must call a plan stuck that was done three times, and let it be tried again after a pause', () => {
		const { attempts } = setUp();
		attempts.done('same');
		attempts.done('same');
		expect(attempts.isStuck('same')).to.equal(false);
		attempts.done('same');
		expect(attempts.isStuck('same')).to.equal(true);
		attempts.failed(['same'], { message: 'stuck' });
		expect(attempts.isStuck('same')).to.equal(false);
	});

	it('must forget everything when reset', () => {
		const { attempts } = setUp();
		attempts.failed(['bad'], { message: 'no' });
		attempts.reset();
		expect(attempts).to.include({ failures: 0, lastError: undefined });
		expect(attempts.restMs()).to.equal(0);
	});
});
