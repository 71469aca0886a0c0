import { expect } from 'chai';
import type { Clock } from '../../../src/kit/clock.ts';
import { waitUntil } from './wait.ts';

const limits = { withinMs: 1000, everyMs: 300, what: 'it is not so', todo: 'wait longer' };

/** A clock that sleeps in no time. */
function createClock(): Clock {
	let nowMs = 0;
	return {
		now: () => new Date(nowMs),
		monotonicMs: () => nowMs,
		sleep: (ms) => {
			nowMs += ms;
			return Promise.resolve();
		},
	};
}

async function messageOf(waiting: Promise<void>): Promise<string> {
	return await waiting.then(
		() => '',
		(thrown: unknown) => (thrown instanceof Error ? thrown.message : ''),
	);
}

describe('waitUntil', () => {
	const { signal } = new AbortController();

	it('must ask again until the answer is yes', async () => {
		const answers = [false, false, true];
		const isSo = () => Promise.resolve(answers.shift() ?? false);
		expect(await messageOf(waitUntil({ clock: createClock(), signal }, isSo, limits))).to.equal('');
		expect(answers).to.deep.equal([]);
	});

	it('must say what did not happen when the time is over', async () => {
		const never = () => Promise.resolve(false);
		const message = await messageOf(waitUntil({ clock: createClock(), signal }, never, limits));
		expect(message).to.equal('it is not so (waited 1 s)');
	});

	it('must say what was so last', async () => {
		let looks = 0;
		const never = () => Promise.resolve((looks += 1) < 0);
		const tools = { clock: createClock(), signal };
		const what = () => `not so at look ${looks}`;
		const message = await messageOf(waitUntil(tools, never, { ...limits, what }));
		expect(message).to.equal('not so at look 5 (waited 1 s)');
	});

	it('must end on Ctrl-C', async () => {
		const never = () => Promise.resolve(false);
		const tools = { clock: createClock(), signal: AbortSignal.abort() };
		expect(await messageOf(waitUntil(tools, never, limits))).to.include('interrupted');
	});
});
