import { expect } from 'chai';
import { createWrongKeys } from './wrong-keys.ts';

describe('wrong keys', () => {
	let nowMs: number;
	const clock = { monotonicMs: () => nowMs };
	beforeEach(() => (nowMs = 0));

	it('must make an address wait after twenty, and no other', () => {
		const keys = createWrongKeys(clock);
		const waits = Array.from({ length: 21 }, (_none, n) => keys.count('10.0.0.9', `${n}`));
		expect(waits.slice(0, 20)).to.deep.equal(Array(20).fill(0));
		expect(waits[20]).to.equal(3_000);
		expect(keys.count('10.0.0.8', '1')).to.equal(0);
	});

	it('must not count a key that an address has sent before', () => {
		const keys = createWrongKeys(clock);
		const waits = Array.from({ length: 100 }, () => keys.count('10.0.0.9', 'an old key'));
		expect(Math.max(...waits)).to.equal(0);
		for (let times = 0; times < 19; times += 1) {
			expect(keys.count('10.0.0.9', `${times}`)).to.equal(0);
		}
		expect(keys.count('10.0.0.9', 'one more')).to.equal(3_000);
	});

	it('must forgive one every three seconds', () => {
		const keys = createWrongKeys(clock);
		for (let times = 0; times < 100; times += 1) keys.count('10.0.0.9', `${times}`);
		nowMs = 6_000;
		expect(['a', 'b'].map((key) => keys.count('10.0.0.9', key))).to.deep.equal([0, 3_000]);
		nowMs = 1e9;
		expect(keys.count('10.0.0.9', 'c')).to.equal(0);
	});

	for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
		it(`must never make the device itself wait: ${address}`, () => {
			const keys = createWrongKeys(clock);
			const waits = Array.from({ length: 50 }, (_none, n) => keys.count(address, `${n}`));
			expect(Math.max(...waits)).to.equal(0);
		});
	}

	it('must forget the address that was silent longest when there are too many', () => {
		const keys = createWrongKeys(clock);
		for (let times = 0; times < 21; times += 1) keys.count('first', `${times}`);
		for (let times = 0; times < 1_000; times += 1) keys.count(`other ${times}`, 'x');
		expect(keys.count('first', 'y')).to.equal(0);
	});
});
