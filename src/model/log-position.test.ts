import { expect } from 'chai';
import fc from 'fast-check';
import { LogTracker, positionAt, toStamp, type LogPosition } from './log-position.ts';

interface Line {
	readonly stamp: string;
	readonly n: number;
}

const startMs = Date.UTC(2026, 0, 2);
const stampAt = (ms: number): string => toStamp(startMs + ms);

/** What an engine has that filters by stamps. */
const fromAnchor = (log: readonly Line[], from: LogPosition | undefined): Line[] =>
	log.filter(({ stamp }) => from === undefined || stamp >= from.anchor);

describe('LogTracker', () => {
	function read(log: readonly Line[], from?: LogPosition, batch = 3): [Line[], LogTracker] {
		const tracker = new LogTracker(from);
		const given = fromAnchor(log, from);
		const seen: Line[] = [];
		for (let at = 0; at < given.length; at += batch) {
			seen.push(...tracker.take(given.slice(at, at + batch)));
		}
		return [seen, tracker];
	}

	it('must tell lines apart that share a stamp', () => {
		const log = [1, 2, 3, 4].map((n) => ({ stamp: stampAt(0), n }));
		const [, tracker] = read(log.slice(0, 2));
		const [rest] = read(log, tracker.position);
		expect(rest.map(({ n }) => n)).to.deep.equal([3, 4]);
	});

	it('must give each line once, however often the reading breaks, with stamps in disorder', () => {
		const step = fc.integer({ min: -1500, max: 1500 });
		fc.assert(
			fc.property(
				fc.array(step, { minLength: 1, maxLength: 60 }),
				fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 }),
				fc.integer({ min: 1, max: 4 }),
				(steps, cuts, batch) => {
					// each within 1.5 s of a clock that goes on
					const log = steps.map((jitter, n) => ({ stamp: stampAt(n * 400 + jitter / 2), n }));
					const seen: number[] = [];
					let position: LogPosition | undefined;
					for (let length = 0, turn = 0; length < log.length; turn++) {
						length = Math.min(log.length, length + (cuts[turn % cuts.length] ?? 1));
						const [lines, tracker] = read(log.slice(0, length), position, batch);
						seen.push(...lines.map(({ n }) => n));
						position = tracker.position;
					}
					expect(seen).to.deep.equal(log.map(({ n }) => n));
				},
			),
			{ numRuns: 300 },
		);
	});

	it('must give each line once when a reading breaks before it came to what is new', () => {
		const log = Array.from({ length: 10 }, (_, n) => ({ stamp: stampAt(n), n }));
		const [, first] = read(log.slice(0, 6));
		const second = new LogTracker(first.position);
		expect(second.take(log.slice(0, 3))).to.deep.equal([]);
		const [rest] = read(log, second.position);
		expect(rest.map(({ n }) => n)).to.deep.equal([6, 7, 8, 9]);
	});

	it('must lose no line when the log was cut at its beginning', () => {
		const log = Array.from({ length: 10 }, (_, n) => ({ stamp: stampAt(n), n }));
		const [, tracker] = read(log.slice(0, 6));
		const [rest] = read(log.slice(4), tracker.position);
		expect(rest.map(({ n }) => n)).to.deep.equal([6, 7, 8, 9]);
	});

	it('must leave out what an engine gives that seeks to the anchor instead of filtering', () => {
		const tracker = new LogTracker({ anchor: stampAt(10), count: 2, last: stampAt(20) });
		const log = [10, 5, 20, 30].map((ms, n) => ({ stamp: stampAt(ms), n }));
		expect(tracker.take(log).map(({ n }) => n)).to.deep.equal([3]);
	});

	it('must go on with its anchor, so that little is read twice', () => {
		const log = Array.from({ length: 1000 }, (_, n) => ({ stamp: stampAt(n * 100), n }));
		const [, { position }] = read(log);
		expect((position?.anchor ?? '') > stampAt(1000 * 100 - 4200)).to.equal(true);
		expect(position?.last).to.equal(stampAt(999 * 100));
		expect(position?.count).to.be.below(45);
	});

	it('must begin at a moment', () => {
		const log = [1, 2, 3].map((n) => ({ stamp: stampAt(n * 1000), n }));
		const [lines] = read(log, positionAt(startMs + 2000));
		expect(lines.map(({ n }) => n)).to.deep.equal([2, 3]);
	});
});
