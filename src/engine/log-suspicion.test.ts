import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { toStamp } from '../model/log-position.ts';
import type { EngineLogLine } from '../ports/container-engine.ts';
import { createSuspicion } from './log-suspicion.ts';

const startMs = Date.UTC(2026, 0, 1);
const megabyte = 1024 * 1024;

describe('createSuspicion', () => {
	/** So many lines of 125 bytes in the engine's file, written evenly in so many milliseconds, some at a time. */
	function* linesOf(count: number, withinMs: number): Generator<EngineLogLine[]> {
		const message = 'x'.repeat(50);
		for (let begin = 0; begin < count; begin += 100) {
			yield Array.from({ length: Math.min(100, count - begin) }, (_, index) => ({
				...{ message, isStdErr: false },
				stamp: toStamp(startMs + Math.floor(((begin + index) * withinMs) / count)),
			}));
		}
	}

	const cases = [
		{ name: 'a file that holds what may have come since', seconds: 5, mb: 30, behind: false },
		{ name: 'a file that may be full twice by now', seconds: 5, mb: 10, behind: true },
		{ name: 'the same file, a moment later', seconds: 0.9, mb: 1, behind: false },
		{ name: 'a file of unknown size', seconds: 1.1, mb: undefined, behind: true },
		{ name: 'a file that holds half a minute of it', seconds: 30, mb: 100, behind: true },
	];
	for (const { name, seconds, mb, behind } of cases) {
		it(`must be ${behind ? 'wary' : 'calm'} when reading lags ${seconds} s: ${name}`, () => {
			const clock = createFakeClock(startMs + 2000 + seconds * 1000);
			const fileBytes = mb === undefined ? undefined : mb * megabyte;
			const suspicion = createSuspicion({ clock, fileBytes });
			// 2 MB a second, for two seconds
			const seen = [...linesOf(33_600, 2000)].map((lines) => suspicion.isBehind(lines));
			expect(seen.at(-1)).to.equal(behind);
		});
	}

	it('must not take a burst for a flood', () => {
		const clock = createFakeClock(startMs + 3000);
		const suspicion = createSuspicion({ clock, fileBytes: 10 * megabyte });
		for (const lines of linesOf(10_000, 100)) expect(suspicion.isBehind(lines)).to.equal(false);
	});

	it('must see that a container writes faster than before', () => {
		const clock = createFakeClock(startMs + 10_000);
		const suspicion = createSuspicion({ clock, fileBytes: 10 * megabyte });
		for (const lines of linesOf(20_000, 8000)) expect(suspicion.isBehind(lines)).to.equal(false);
		const flood = [...linesOf(100_000, 100)].map((lines) =>
			suspicion.isBehind(lines.map((line) => ({ ...line, stamp: toStamp(startMs + 8500) }))),
		);
		expect(flood.at(-1)).to.equal(true);
	});
});
