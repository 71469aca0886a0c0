import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { silentLogger } from '../kit/logger.ts';
import { refusal } from '../ports/testing/fake-world.ts';
import { createCpuWeight } from './cpu-weight.ts';

describe('createCpuWeight', () => {
	interface Options {
		readonly answers: readonly (true | Error)[];
		readonly own?: string | undefined;
	}

	/** Runs until it has nothing left to do. @returns the calls */
	async function run({ answers, own }: Options): Promise<string[]> {
		const calls: string[] = [];
		const clock = createFakeClock();
		const stop = new AbortController();
		const job = createCpuWeight({
			engine: {
				ensureCpuShares(container, shares) {
					const answer = answers[calls.length] ?? true;
					calls.push(`${container} ${shares}`);
					return answer === true ? Promise.resolve(true) : Promise.reject(answer);
				},
			},
			ownContainer: () => Promise.resolve(own),
			shares: 8192,
			clock,
			log: silentLogger,
		});
		const running = job.run(stop.signal);
		await clock.advance(600_000);
		stop.abort();
		await running;
		return calls;
	}

	it('must give the own container its weight, once', async () => {
		expect(await run({ answers: [true], own: 'me' })).to.deep.equal(['me 8192']);
	});

	it('must do nothing outside of a container', async () => {
		expect(await run({ answers: [] })).to.deep.equal([]);
	});

	it('must wait for an engine that does not answer', async () => {
		const away = refusal('ENGINE_UNAVAILABLE', 'no answer');
		expect(await run({ answers: [away, away], own: 'me' })).to.have.length(3);
	});

	it('must leave it when the engine refuses', async () => {
		const answers = [refusal('ENGINE_REFUSED', 'cannot update')];
		expect(await run({ answers, own: 'me' })).to.have.length(1);
	});
});
