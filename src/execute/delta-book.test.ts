import { expect } from 'chai';
import { createDeltaBook } from './delta-book.ts';

const patience = { retryCount: 6, retryIntervalMs: 10_000, applyTimeoutMs: 0 };

describe('createDeltaBook', () => {
	it('must double the pause up to six times the first one, and end after as many questions as set', () => {
		const book = createDeltaBook();
		const pauses = Array.from({ length: 7 }, () => book.processing('a', patience));
		expect(pauses).to.deep.equal([10_000, 20_000, 40_000, 60_000, 60_000, 60_000, undefined]);
		expect(book.isWorthAsking('a')).to.equal(false);
		expect(book.isWorthAsking('b')).to.equal(true);
		expect(book.processing('b', patience)).to.equal(10_000);
	});

	it('must wait as long as the server asks for, but not longer than its own pauses would last', () => {
		const book = createDeltaBook();
		const asked = [5000, 90_000, 200_000, 200_000];
		const pauses = asked.map((retryAfterMs) => book.processing('a', patience, retryAfterMs));
		expect(pauses).to.deep.equal([10_000, 90_000, 200_000, undefined]);
		expect(book.isWorthAsking('a')).to.equal(false);
		expect(book.processing('b', patience, 3_600_000)).to.equal(undefined);
	});

	it('must never ask again when none of it is wanted', () => {
		const book = createDeltaBook();
		expect(book.processing('a', { ...patience, retryCount: 0 })).to.equal(undefined);
	});

	it('must begin anew with an image that has come, or that was not to be had at all', () => {
		const book = createDeltaBook();
		book.giveUp('a');
		expect(book.isWorthAsking('a')).to.equal(false);
		book.arrived('a');
		expect(book.isWorthAsking('a')).to.equal(true);
		book.giveUp('a');
		book.forgive('a');
		expect(book.isWorthAsking('a')).to.equal(true);
	});

	it('must ask no more on an engine that made other images of two deltas in a row', () => {
		const book = createDeltaBook();
		for (const [image, wasUseful] of Object.entries({ a: false, b: true, c: false })) {
			book.arrived(image, wasUseful);
			expect(book.isWorthAsking('x')).to.equal(true);
		}
		book.arrived('d');
		book.arrived('e', false);
		expect(book.isWorthAsking('x')).to.equal(false);
	});

	it('must not grow with every image that it hears of', () => {
		const book = createDeltaBook();
		book.giveUp('first');
		for (let n = 0; n < 300; n++) book.giveUp(String(n));
		expect(book.isWorthAsking('first')).to.equal(true);
		expect(book.isWorthAsking('299')).to.equal(false);
	});
});
