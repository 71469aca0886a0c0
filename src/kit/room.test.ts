import { expect } from 'chai';
import { createRoom, type Room } from './room.ts';
import { createFakeClock, type FakeClock } from './testing/fake-clock.ts';

describe('createRoom', () => {
	let clock: FakeClock;
	let held: number;
	let room: Room;
	beforeEach(() => {
		clock = createFakeClock();
		held = 0;
		room = createRoom({ clock, isTight: () => held >= 3, isEased: () => held < 2 });
	});
	const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

	it('must hold nobody up while there is room', () => {
		held = 2;
		expect(room.wait()).to.equal(undefined);
	});

	it('must let writers go on when things have eased, one after another', async () => {
		held = 3;
		const order: number[] = [];
		const waits = [1, 2].map((n) =>
			Promise.resolve(room.wait()).then(() => {
				order.push(n);
				held = 3; // each fills what was freed
			}),
		);
		held = 2;
		room.freed();
		await turn();
		expect(order).to.deep.equal([]);
		held = 1;
		room.freed();
		await turn();
		await turn();
		expect(order).to.deep.equal([1]);
		held = 0;
		room.freed();
		await Promise.all(waits);
		expect(order).to.deep.equal([1, 2]);
		await clock.advance(100);
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must let one after another go on, at a pace, where waiting is in vain', async () => {
		held = 3;
		const order: number[] = [];
		const wait = (n: number): Promise<unknown> =>
			Promise.resolve(room.wait()).then(() => order.push(n));
		const waits = [wait(1), wait(2), wait(3)];
		expect(clock.sleepers()).to.deep.equal([100]);
		await clock.advance(100);
		expect(order).to.deep.equal([1]);
		await clock.advance(20);
		expect(order).to.deep.equal([1, 2]);
		waits.push(wait(4));
		await clock.advance(40);
		expect(order).to.deep.equal([1, 2, 3, 4]);
		await Promise.all(waits);
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must be patient again once things have eased', async () => {
		held = 3;
		const waits = [1, 2, 3].map(() => Promise.resolve(room.wait()));
		await clock.advance(100);
		held = 1;
		room.freed();
		await Promise.all(waits);
		held = 3;
		const last = Promise.resolve(room.wait());
		expect(clock.sleepers()).to.deep.equal([100]);
		await clock.advance(100);
		await last;
	});

	it('must hold nobody up any more when there is room and nobody waits', async () => {
		held = 3;
		const last = Promise.resolve(room.wait());
		await clock.advance(100);
		await last;
		held = 2;
		expect(room.wait()).to.equal(undefined);
	});
});
