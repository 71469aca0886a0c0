import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LocalLogLine, LogLine } from '../model/log-line.ts';
import { lineOf } from '../model/testing/log-line.ts';
import { createLogHub, type LogHub } from './log-hub.ts';

const line = (message: string): LogLine =>
	lineOf(message, { serviceId: 31007, serviceName: 'main' });

describe('createLogHub', () => {
	let clock: FakeClock;
	let hub: LogHub;
	let stop: AbortController;
	beforeEach(() => {
		clock = createFakeClock();
		hub = createLogHub({ clock });
		stop = new AbortController();
	});
	afterEach(() => stop.abort());

	/** At least so many lines, as they come. */
	async function take(reader: AsyncGenerator<string>, count: number): Promise<string[]> {
		const taken: string[] = [];
		while (taken.length < count) {
			const next = await reader.next();
			if (next.done === true) break;
			taken.push(...next.value.split('\n').slice(0, -1));
		}
		return taken;
	}
	const messagesOf = (lines: readonly string[]): string[] =>
		lines.map((text) => (JSON.parse(text) as LocalLogLine).message);

	it('must greet at once, then pass lines on in the form of the contract', async () => {
		const reader = hub.read(stop.signal);
		hub.write(line('hello'));
		hub.write({
			...line('Supervisor starting'),
			isSystem: true,
			serviceId: undefined,
			serviceName: undefined,
		});
		const lines = await take(reader, 3);
		expect(lines).to.deep.equal([
			'{"message":"Streaming logs","isSystem":true}',
			'{"serviceName":"main","message":"hello","isStdErr":false,"timestamp":1767225600000,"serviceId":31007}',
			'{"message":"Supervisor starting","isSystem":true,"timestamp":1767225600000}',
		]);
		stop.abort();
		expect((await reader.next()).done).to.equal(true);
	});

	it('must give every reader its own stream from when it came', async () => {
		const early = hub.read(stop.signal);
		hub.write(line('1'));
		const late = hub.read(stop.signal);
		hub.write(line('2'));
		expect(messagesOf(await take(early, 3)).slice(1)).to.deep.equal(['1', '2']);
		expect(messagesOf(await take(late, 2)).slice(1)).to.deep.equal(['2']);
		stop.abort();
		expect(hub.readerCount).to.equal(0);
	});

	it('must forget a reader that leaves, and wake one that waits', async () => {
		const leaving = hub.read(stop.signal);
		await leaving.next();
		await leaving.return(undefined);
		expect(hub.readerCount).to.equal(0);
		const waiting = hub.read(stop.signal);
		await waiting.next();
		const next = waiting.next();
		stop.abort();
		expect((await next).done).to.equal(true);
	});

	it('must not grow without bounds for a reader that does not read, and tell what it lost', async () => {
		const reader = hub.read(stop.signal);
		for (let i = 0; i < 20_000; i++) hub.write(line(String(i)));
		hub.write({ ...line('quiet'), serviceId: 2, serviceName: 'quiet' });
		const lines: string[] = [];
		while (lines.at(-1)?.includes('Warning') !== true) lines.push(...(await take(reader, 1)));
		const messages = messagesOf(lines);
		expect(messages.at(-2)).to.equal('quiet');
		const kept = messages.length - 3; // without the greeting, and the last two
		expect(messages.slice(1, kept + 1)).to.deep.equal(
			Array.from({ length: kept }, (_, i) => `${i}`),
		);
		expect(JSON.parse(lines.at(-1) ?? '')).to.deep.equal({
			serviceName: 'main',
			message: `Warning: Suppressed ${20_000 - kept} message(s) due to high load`,
			isSystem: true,
			isStdErr: true,
			timestamp: 1_767_225_600_000,
			serviceId: 31007,
		});
		expect(kept).to.be.within(5000, 10_000);
	});

	it('must make writers wait for a reader that reads, a moment for one that does not', async () => {
		const reader = hub.read(stop.signal);
		const fill = (): void => {
			while (hub.room() === undefined) for (let i = 0; i < 100; i++) hub.write(line('x'));
		};
		fill();
		const room = hub.room();
		for (let pieces = 0; pieces < 6; pieces++) await reader.next();
		await room;
		fill();
		const patience = hub.room();
		await clock.advance(200);
		await patience;
		const pace = hub.room();
		await clock.advance(20);
		await pace;
	});

	it('must hold nobody up for a reader that has left', async () => {
		const leaving = hub.read(stop.signal);
		await leaving.next();
		while (hub.room() === undefined) for (let i = 0; i < 100; i++) hub.write(line('x'));
		stop.abort();
		expect(hub.room()).to.equal(undefined);
	});
});
