import { expect } from 'chai';
import fc from 'fast-check';
import { createEventRing } from './event-ring.ts';

const eventOf = (id: number, size = 10) => ({ id, type: 'engine.up', json: 'x'.repeat(size) });

describe('createEventRing', () => {
	it('must keep the last ones by count', () => {
		const ring = createEventRing({ count: 3, size: 1000 });
		for (let id = 1; id <= 10; id++) ring.push(eventOf(id));
		expect(ring.oldest).to.equal(8);
		expect(ring.after(0).events.map(({ id }) => id)).to.deep.equal([8, 9, 10]);
	});

	it('must keep the last ones by size, the very last in any case', () => {
		const ring = createEventRing({ count: 100, size: 35 });
		for (let id = 1; id <= 10; id++) ring.push(eventOf(id));
		expect(ring.after(0).events.map(({ id }) => id)).to.deep.equal([8, 9, 10]);
		ring.push(eventOf(11, 500));
		expect(ring.after(0).events.map(({ id }) => id)).to.deep.equal([11]);
	});

	it('must tell what was missed, and nothing where nothing was', () => {
		const ring = createEventRing({ count: 3, size: 1000 });
		for (let id = 1; id <= 5; id++) ring.push(eventOf(id));
		expect(ring.after(0).missed).to.deep.equal({ from: 1, to: 2 });
		expect(ring.after(1).missed).to.deep.equal({ from: 2, to: 2 });
		expect(ring.after(2)).not.to.have.property('missed');
		expect(ring.after(5)).to.deep.equal({ events: [] });
	});

	it('must know of what was dropped before it began', () => {
		const ring = createEventRing({ count: 3, size: 1000 }, 40);
		expect(ring.after(40)).to.deep.equal({ events: [] });
		expect(ring.after(7).missed).to.deep.equal({ from: 8, to: 40 });
	});

	it('must lose nothing between what it keeps and what it says was missed', () => {
		const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
		fc.assert(
			fc.property(sizes, fc.integer({ min: 1, max: 8 }), fc.nat(60), (list, count, after) => {
				const ring = createEventRing({ count, size: 100 });
				list.forEach((size, index) => ring.push(eventOf(index + 1, size)));
				const { missed, events } = ring.after(after);
				const first = missed === undefined ? after + 1 : (missed.to ?? 0) + 1;
				const wanted = list.map((_, index) => index + 1).filter((id) => id >= first);
				expect(events.map(({ id }) => id)).to.deep.equal(wanted);
			}),
		);
	});
});
