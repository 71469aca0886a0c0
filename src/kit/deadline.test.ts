import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { createDeadline } from './deadline.ts';

const forever = new Promise<never>(() => undefined);
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
	work.catch((thrown: unknown) => thrown);

describe('createDeadline', () => {
	it('must settle as the work does', async () => {
		const deadline = createDeadline(new AbortController().signal, 1000);
		expect(await deadline.race(Promise.resolve(7))).to.equal(7);
		const err = new Error('no');
		expect(await failureOf(deadline.race(Promise.reject(err)))).to.equal(err);
		deadline.end();
	});

	it('must give up on work that never settles', async () => {
		const deadline = createDeadline(new AbortController().signal, 5);
		expect(await failureOf(deadline.race(forever))).to.be.instanceOf(Error);
		expect(deadline.isExpired).to.equal(true);
		expect(deadline.signal.aborted).to.equal(true);
		deadline.end();
	});

	it('must reject with the reason of the parent, fired before or during the work', async () => {
		const reason = new Error('enough');
		const before = createDeadline(AbortSignal.abort(reason), 1000);
		expect(await failureOf(before.race(forever))).to.equal(reason);
		const parent = new AbortController();
		const during = createDeadline(parent.signal, 1000);
		const work = failureOf(during.race(forever));
		parent.abort(reason);
		expect(await work).to.equal(reason);
		expect(during.isExpired).to.equal(false);
		before.end();
		during.end();
	});

	it('must leave no listener on the parent after its end', async () => {
		const parent = new AbortController();
		const deadline = createDeadline(parent.signal, 1000);
		await deadline.race(Promise.resolve());
		deadline.end();
		expect(getEventListeners(parent.signal, 'abort')).to.deep.equal([]);
		expect(getEventListeners(deadline.signal, 'abort')).to.deep.equal([]);
	});

	it('must not expire without a limit, with one that no timer can be, nor after its end', async () => {
		const endless = createDeadline(new AbortController().signal, Number.POSITIVE_INFINITY);
		const longer = createDeadline(new AbortController().signal, 2 ** 31);
		const ended = createDeadline(new AbortController().signal, 1);
		ended.end();
		await new Promise((resolve) => setTimeout(resolve, 10));
		const all = [endless, longer, ended];
		expect(all.map(({ isExpired }) => isExpired)).to.deep.equal([false, false, false]);
		for (const deadline of all) deadline.end();
	});
});
