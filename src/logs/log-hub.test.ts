import { expect } from 'chai';
import type { LocalLogLine, LogLine } from '../model/log-line.ts';
import { createLogHub } from './log-hub.ts';

const line = (message: string): LogLine => ({
	message,
	timestampMs: 1_767_225_600_000,
	isSystem: false,
	isStdErr: false,
	serviceId: 31007,
	serviceName: 'main',
});

describe('createLogHub', () => {
	async function take(
		reader: AsyncGenerator<LocalLogLine>,
		count: number,
	): Promise<LocalLogLine[]> {
		const taken: LocalLogLine[] = [];
		while (taken.length < count) {
			const next = await reader.next();
			if (next.done === true) break;
			taken.push(next.value);
		}
		return taken;
	}

	it('must greet at once, then pass lines on in the form of the contract', async () => {
		const hub = createLogHub();
		const stop = new AbortController();
		const reader = hub.lines(stop.signal);
		hub.write(line('hello'));
		hub.write({ ...line('Supervisor starting'), isSystem: true, serviceId: undefined });
		const lines = (await take(reader, 3)).map((one) => JSON.stringify(one));
		expect(lines).to.deep.equal([
			'{"message":"Streaming logs","isSystem":true}',
			'{"serviceName":"main","message":"hello","isStdErr":false,"timestamp":1767225600000,"serviceId":31007}',
			'{"message":"Supervisor starting","isSystem":true,"timestamp":1767225600000}',
		]);
		stop.abort();
		expect((await reader.next()).done).to.equal(true);
	});

	it('must give every reader its own stream from when it came', async () => {
		const hub = createLogHub();
		const stop = new AbortController();
		const early = hub.lines(stop.signal);
		hub.write(line('1'));
		const late = hub.lines(stop.signal);
		hub.write(line('2'));
		expect((await take(early, 3)).map(({ message }) => message).slice(1)).to.deep.equal(['1', '2']);
		expect((await take(late, 2)).map(({ message }) => message).slice(1)).to.deep.equal(['2']);
		stop.abort();
		expect(hub.readerCount).to.equal(0);
	});

	it('must forget a reader that leaves, and wake one that waits', async () => {
		const hub = createLogHub();
		const stop = new AbortController();
		const leaving = hub.lines(stop.signal);
		await leaving.next();
		await leaving.return(undefined);
		expect(hub.readerCount).to.equal(0);
		const waiting = hub.lines(stop.signal);
		await waiting.next();
		const next = waiting.next();
		stop.abort();
		expect((await next).done).to.equal(true);
	});

	it('must not grow without bounds for a reader that does not read', async () => {
		const hub = createLogHub();
		const stop = new AbortController();
		const reader = hub.lines(stop.signal);
		for (let i = 0; i < 1500; i++) hub.write(line(String(i)));
		const lines = await take(reader, 1001);
		expect(lines.at(-2)?.message).to.equal('998');
		expect(lines.at(-1)).to.deep.equal({
			message: 'Warning: Suppressed 501 message(s) due to high load',
			isSystem: true,
			isStdErr: true,
		});
		stop.abort();
	});
});
