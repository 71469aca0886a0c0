import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogLine } from '../model/log-line.ts';
import { lineOf } from '../model/testing/log-line.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';

const line = (message: string, more: Partial<LogLine> = {}): LogLine =>
	lineOf(message, { serviceName: 'main', ...more });

describe('createRateGate', () => {
	let clock: FakeClock;
	let passed: LogLine[];
	let limits: { linesPerSec: number; burstLines: number };
	let gate: RateGate;
	let stop: AbortController;
	let running: Promise<void>;
	beforeEach(() => {
		clock = createFakeClock();
		passed = [];
		limits = { linesPerSec: 100, burstLines: 500 };
		stop = new AbortController();
		const sinks = [{ write: (one: LogLine) => void passed.push(one) }];
		gate = createRateGate({ sinks, limits: () => limits, clock });
		running = gate.run(stop.signal);
	});
	afterEach(async () => {
		stop.abort();
		await running;
	});
	const write = (count: number, more: Partial<LogLine> = {}): void => {
		for (let i = 0; i < count; i++) gate.write(line('x', more));
	};
	const warnings = (): LogLine[] => passed.filter(({ message }) => message.startsWith('Warning'));
	const told = (): number =>
		warnings().reduce((sum, { message }) => sum + Number(/\d+/.exec(message)?.[0]), 0);
	const lines = (serviceId = 1): number =>
		passed.filter((one) => one.serviceId === serviceId && !one.isSystem).length;

	it('must let everything through below the rate, for as long as it lasts', async () => {
		for (let tenth = 0; tenth < 600; tenth++) {
			write(10);
			await clock.advance(100);
		}
		expect(lines()).to.equal(6000);
		expect(gate.droppedLines).to.equal(0);
	});

	it('must let a burst through, then the rate, and tell what it dropped, once a second', async () => {
		write(700);
		expect(lines()).to.equal(500);
		for (let tenth = 0; tenth < 50; tenth++) {
			await clock.advance(100);
			write(100);
		}
		await clock.advance(1000);
		expect(lines()).to.be.within(950, 1000);
		expect(lines() + told()).to.equal(5700);
		expect(gate.droppedLines).to.equal(told());
		expect(warnings().length).to.be.within(5, 8);
	});

	it('must tell whose lines are missing, in the words of the contract, also when none follows', async () => {
		write(501);
		expect(warnings()).to.deep.equal([]);
		await clock.advance(1000);
		expect(warnings()).to.deep.equal([
			{
				...{ message: 'Warning: Suppressed 1 message(s) due to high load', isSystem: true },
				...{ timestampMs: 1_767_225_600_000, isStdErr: true },
				...{ serviceId: 1, serviceName: 'main', appUuid: undefined },
			},
		]);
		await clock.advance(10_000);
		expect(warnings()).to.have.length(1);
	});

	it('must not make one service pay for another', () => {
		write(100_000, { serviceId: 1 });
		write(400, { serviceId: 2, serviceName: 'quiet' });
		write(5, { isSystem: true, serviceId: undefined });
		expect(lines(2)).to.equal(400);
		expect(passed.filter(({ isSystem }) => isSystem)).to.have.length(5);
	});

	it('must follow a change of its limits at once', async () => {
		write(600);
		limits = { linesPerSec: 1000, burstLines: 2000 };
		await clock.advance(1000);
		const before = lines();
		write(1200);
		expect(lines() - before).to.equal(1000);
	});

	it('must tell of the last ones when the supervisor stops', async () => {
		write(510);
		stop.abort();
		await running;
		expect(told()).to.equal(10);
	});

	it('must remember only services that wrote lately', async () => {
		for (let round = 0; round < 5; round++) {
			for (let id = 0; id < 150; id++) write(1, { serviceId: round * 1000 + id });
			await clock.advance(60_000);
		}
		write(500, { serviceId: 7 });
		expect(lines(7)).to.equal(501);
	});

	it('must ask all sinks for room, and for lines to be safe', async () => {
		const asked: string[] = [];
		const sinks = ['a', 'b'].map((name) => ({
			write: () => undefined,
			room: () => Promise.resolve(void asked.push(`room ${name}`)),
			secure: () => Promise.resolve(void asked.push(`secure ${name}`)),
		}));
		const both = createRateGate({ sinks, limits: () => limits, clock });
		await both.room();
		await both.secure();
		expect(asked).to.deep.equal(['room a', 'room b', 'secure a', 'secure b']);
	});
});
