import { expect } from 'chai';
import { createFakeClock } from './testing/fake-clock.ts';
import { createWaker } from './waker.ts';

describe('createWaker', () => {
	const never = new AbortController().signal;

	it('must wait its time when nobody wakes it', async () => {
		const clock = createFakeClock();
		const wait = createWaker(clock).wait(1000, never);
		await clock.advance(1000);
		expect(await wait).to.equal('time');
	});

	it('must end the wait when woken, and remember a wake that came before it', async () => {
		const clock = createFakeClock();
		const waker = createWaker(clock);
		const wait = waker.wait(1000, never);
		waker.wake();
		expect(await wait).to.equal('woken');
		waker.wake();
		expect(await waker.wait(1000, never)).to.equal('woken');
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must reject when its signal fires', async () => {
		const abort = new AbortController();
		const wait = createWaker(createFakeClock()).wait(1000, abort.signal);
		abort.abort(new Error('over'));
		expect(await wait.catch((err: unknown) => String(err))).to.equal('Error: over');
	});
});
