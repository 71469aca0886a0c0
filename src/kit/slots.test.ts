import { expect } from 'chai';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
function work() {
	let end: () => void = () => undefined;
	const ended = new Promise<void>((resolve) => (end = resolve));
	return { run: () => ended, end: () => end() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createSlots', () => {
	it('must begin no more than may run at a time, and the next one when one ends', async () => {
		const slots = createSlots(2);
		const begun: number[] = [];
		const works = [work(), work(), work(), work()];
		const all = works.map((one, index) =>
			slots.run(never, () => {
				begun.push(index);
				return one.run();
			}),
		);
		await settle();
		expect(begun).to.deep.equal([0, 1]);
		works[1]?.end();
		await settle();
		expect(begun).to.deep.equal([0, 1, 2]);
		for (const one of works) one.end();
		await Promise.all(all);
		expect(begun).to.deep.equal([0, 1, 2, 3]);
	});

	it('must give the slot on when work fails', async () => {
		const slots = createSlots(1);
		const failure = await slots
			.run(never, () => Promise.reject(new Error('no')))
			.catch((err: unknown) => err);
		expect(failure).to.have.property('message', 'no');
		expect(await slots.run(never, () => Promise.resolve('done'))).to.equal('done');
	});

	it('must let go of whoever is called off while waiting, and keep nobody else back', async () => {
		const slots = createSlots(1);
		const first = work();
		const running = slots.run(never, first.run);
		const abort = new AbortController();
		const left = slots.run(abort.signal, () => Promise.resolve()).catch((err: unknown) => err);
		const third = slots.run(never, () => Promise.resolve('third'));
		abort.abort(new Error('called off'));
		expect(await left).to.have.property('message', 'called off');
		first.end();
		await running;
		expect(await third).to.equal('third');
		const late = await slots
			.run(abort.signal, () => Promise.resolve())
			.catch((err: unknown) => err);
		expect(late).to.have.property('message', 'called off');
	});
});
