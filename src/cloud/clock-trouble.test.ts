import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { CertificateDatesError } from './certificate-dates.ts';
import { ClockTrouble } from './clock-trouble.ts';
import { createPoller } from './poll.ts';
import { silentLogger } from '../kit/logger.ts';
import { createMemoryConfig, eventually } from './testing/memory-config.ts';

const dayMs = 86_400_000;
const never = new AbortController().signal;

/** The clock has lost its battery. */
const start = Date.UTC(1970, 0, 1, 0, 5);
const failure = new CertificateDatesError('not yet valid', {
	dates: { from: new Date(Date.UTC(2026, 0, 1)), to: new Date(Date.UTC(2027, 0, 1)) },
	cause: undefined,
});

describe('ClockTrouble', () => {
	let clock: FakeClock;
	let trouble: ClockTrouble;
	beforeEach(() => {
		clock = createFakeClock(start);
		trouble = new ClockTrouble(clock);
	});
	const setClock = (): void => clock.jumpWall(Date.UTC(2026, 5, 1) - clock.now().getTime());

	it('must end a pause soon after the clock was set, and only once', async () => {
		trouble.note(failure);
		let isOver = false;
		const sleeping = trouble.sleep(dayMs, never).then(() => void (isOver = true));
		await clock.advance(3_600_000);
		expect(isOver).to.equal(false);
		setClock();
		await clock.advance(5000);
		await sleeping;
		expect(trouble.isOver()).to.equal(false);
	});

	it('must leave other pauses as they are, whatever the clock does', async () => {
		trouble.note(new Error('no route'));
		let isOver = false;
		void trouble.sleep(dayMs, never).then(() => void (isOver = true));
		setClock();
		await clock.advance(dayMs - 1);
		expect([isOver, clock.sleepers()]).to.deep.equal([false, [1]]);
		await clock.advance(1);
		expect(isOver).to.equal(true);
	});

	it('must not blame a clock by which the certificate holds: each attempt would be followed by another', () => {
		setClock();
		trouble.note(failure);
		expect([trouble.isOver(), trouble.pieceOf(dayMs)]).to.deep.equal([false, dayMs]);
	});

	it('must have the target fetched soon after the clock was set, and not when the backoff is over', async () => {
		const stop = new AbortController();
		let asked = 0;
		const poller = createPoller({
			config: createMemoryConfig({
				apiEndpoint: 'https://api.example.com',
				uuid: 'd',
				deviceApiKey: 'k',
			}),
			http: {
				send: () => {
					asked += 1;
					return Promise.reject(failure);
				},
				close: () => undefined,
			},
			provisioned: () => Promise.resolve(),
			storedEtag: () => Promise.resolve(undefined),
			onTarget: () => Promise.resolve(),
			onUnchanged: () => undefined,
			announce: () => undefined,
			recheckKey: () => Promise.resolve(false),
			pollIntervalMs: () => 900_000,
			instantUpdates: () => true,
			clock,
			random: { fraction: () => 0 },
			log: silentLogger,
		});
		const job = poller.run(stop.signal);
		await eventually(() => clock.sleepers().length > 0);
		await clock.advance(3_600_000);
		const before = asked;
		expect(poller.status().lastError).to.equal('not yet valid');
		setClock();
		await clock.advance(5000);
		expect(asked).to.equal(before + 1);
		stop.abort();
		await job;
	});
});
