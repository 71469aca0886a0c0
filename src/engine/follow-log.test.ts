import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { toStamp, type LogPosition } from '../model/log-position.ts';
import type { EngineLogLine } from '../ports/container-engine.ts';
import { followWhole, type Lines, type Reading } from './follow-log.ts';

const startMs = Date.UTC(2026, 0, 1);
const line = (n: number, ms = n): EngineLogLine => ({
	message: String(n),
	isStdErr: false,
	stamp: toStamp(startMs + ms).replace('000Z', '001Z'),
});
const lines = (from: number, to: number, step = 1): EngineLogLine[] =>
	Array.from({ length: to - from + 1 }, (_, index) => line(from + index, (from + index) * step));

describe('followWhole', () => {
	const clock = createFakeClock(startMs + 10_000);
	const signal = new AbortController().signal;

	/** An engine that answers request for request; a request that does not follow gets all of the last log given. */
	async function read(
		followed: readonly (readonly EngineLogLine[])[],
		{ log, isRotated = true }: { log: readonly EngineLogLine[]; isRotated?: boolean },
		from?: LogPosition,
	) {
		const asked: Reading[] = [];
		let turn = 0;
		async function* answer(reading: Reading): AsyncGenerator<Lines> {
			asked.push(reading);
			const { since = '', follow, tail = Infinity } = reading;
			const given = follow ? (followed[turn++] ?? log) : log.slice(-tail);
			for (const one of given) if (one.stamp >= since) yield await Promise.resolve([one]);
		}
		const seen: string[] = [];
		let gaps = 0;
		for await (const batch of followWhole({ read: answer, clock }, { from, isRotated, signal })) {
			seen.push(...batch.lines.map(({ message }) => message));
			if (batch.hasGap === true) gaps += 1;
		}
		return { seen, asked, gaps };
	}
	const numbers = (from: number, to: number) => lines(from, to).map(({ message }) => message);

	it('must read what a followed log leaves out at its end', async () => {
		const { seen } = await read([lines(1, 5)], { log: lines(1, 9) });
		expect(seen).to.deep.equal(numbers(1, 9));
	});

	it('must not give lines again that a followed log repeats', async () => {
		const repeating = [...lines(1, 6), ...lines(4, 8)];
		const { seen } = await read([repeating, lines(1, 12)], { log: lines(1, 12) });
		expect(seen).to.deep.equal(numbers(1, 12));
	});

	it('must not give a single line again that a followed log repeats', async () => {
		const { seen } = await read([[...lines(1, 6), line(6)], lines(1, 7)], { log: lines(1, 7) });
		expect(seen).to.deep.equal(numbers(1, 7));
	});

	it('must give lines of one text and one stamp as often as they were written', async () => {
		// whatever the stamps are like
		for (const same of [line(2), { ...line(2), stamp: toStamp(startMs + 2) }]) {
			const log = [line(1), same, same, same, line(3)];
			const { seen } = await read([log, log, log], { log });
			expect(seen).to.deep.equal(['1', '2', '2', '2', '3']);
		}
	});

	it('must catch up with a container that writes faster than its log is followed', async () => {
		// some 6000 lines behind, the follower is in a file that is gone
		const passingOver = [...lines(1, 5500, 1 / 8), ...lines(9000, 9100, 1 / 8)];
		const log = lines(1, 9100, 1 / 8);
		const { seen } = await read([passingOver, log], { log });
		expect(seen).to.deep.equal(numbers(1, 9100));
	});

	it('must take streams that are out of step for what they are', async () => {
		const log = [line(5), { ...line(4), isStdErr: true }, line(6), { ...line(5), isStdErr: true }];
		const { seen, asked } = await read([log], { log });
		expect(seen).to.deep.equal(['5', '4', '6', '5']);
		expect(asked.map(({ follow }) => follow)).to.deep.equal([true, false]);
	});

	it('must ask for little of a log without bounds', async () => {
		const { seen, asked } = await read([lines(1, 5)], { log: lines(1, 9), isRotated: false });
		expect(seen).to.deep.equal(numbers(1, 9));
		expect(asked.map(({ tail }) => tail)).to.deep.equal([undefined, 400, 400]);
	});

	it('must ask for all of a log without bounds when little is not enough', async () => {
		const log = lines(1, 3000);
		const { seen, asked } = await read([lines(1, 5)], { log, isRotated: false });
		expect(seen).to.deep.equal(numbers(1, 3000));
		expect(asked.map(({ tail }) => tail)).to.include.members([400, undefined]);
	});

	it('must say once that the engine threw away what was not read', async () => {
		const from = { anchor: toStamp(startMs), count: 3, last: line(3).stamp };
		const { seen, gaps } = await read([lines(20, 30)], { log: lines(20, 30) }, from);
		expect(seen).to.deep.equal(numbers(20, 30));
		expect(gaps).to.equal(1);
	});

	it('must not take a log that begins where it was read for one with a gap', async () => {
		const from = { anchor: toStamp(startMs), count: 3, last: line(3).stamp };
		const { seen, gaps } = await read([lines(3, 30)], { log: lines(3, 30) }, from);
		expect(seen).to.deep.equal(numbers(4, 30));
		expect(gaps).to.equal(0);
	});
});
