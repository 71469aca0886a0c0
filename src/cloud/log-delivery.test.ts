import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { startLogBench, type LogBench } from './testing/log-bench.ts';

describe('lines on their way to the cloud', function () {
	this.timeout(60_000); // sockets are real, and wait for their turn
	let bench: LogBench;
	beforeEach(async () => {
		bench = await startLogBench();
	});
	afterEach(() => bench.end());

	it('must send lines of the last seconds again when the connection breaks, and older ones not', async () => {
		const { collector, start, has, timesOf } = bench;
		const sender = start();
		sender.write('old');
		await sender.until('the first line', has('old'));
		await sender.pass(6000);
		sender.write('new');
		await sender.until('the second line', has('new'), { stepMs: 0 });
		collector.breakAll();
		await sender.until('the second line again', () => timesOf('new') === 2);
		expect(timesOf('old')).to.equal(1);
	});

	it('must give up a connection on which nothing is acknowledged any more, and send its lines again', async () => {
		const { spool, start, has, timesOf } = bench;
		let retransmissions = 0;
		const sender = start({ retransmissionsOf: () => Promise.resolve(retransmissions) });
		sender.write('old');
		await sender.until('the first line', has('old'));
		await sender.pass(10_000);
		retransmissions = 3;
		sender.write('swallowed');
		await sender.pass(10_000); // it seems to be sent
		for (let n = 0; n < 700; n++) sender.write(`line ${n}`.padEnd(200));
		await sender.until('lines on the disk', () => spool.kept().length > 0);
		await sender.until('the end', () => sender.stream.lastError() !== undefined);
		expect(sender.stream.lastError()).to.match(/acknowledges nothing/);
		retransmissions = 0;
		await sender.until('the last line', has('line 699'.padEnd(200)));
		await sender.until('what was swallowed', () => timesOf('swallowed') === 2);
		expect(timesOf('old')).to.equal(1);
		expect(sender.stream.droppedLines).to.equal(0);
	});

	it('must go on with a connection on which things are acknowledged again', async () => {
		const { collector, start, has, timesOf } = bench;
		let retransmissions = 0;
		const sender = start({ retransmissionsOf: () => Promise.resolve(retransmissions) });
		sender.write('one');
		await sender.until('the first line', has('one'));
		retransmissions = 1;
		await sender.pass(20_000);
		sender.write('two');
		await sender.pass(5000);
		retransmissions = 0;
		await sender.until('the second line', has('two'));
		expect([collector.requests(), timesOf('one')]).to.deep.equal([1, 1]);
	});

	it('must send lines of the first seconds of a stream before those that came later', async () => {
		const { collector, spool, start, has, timesOf } = bench;
		const sender = start();
		sender.write('one');
		const grace = (): boolean => sender.clock.sleepers().includes(5000);
		await sender.until('the connection', grace, { stepMs: 0 });
		const secured = sender.stream.secure(); // as is asked for soon after lines were read
		await sender.until('the line on the disk', () => spool.kept().length === 1, { stepMs: 0 });
		await secured;
		sender.write('two');
		await sender.clock.advance(5000);
		await sender.until('both lines', () => has('one')() && has('two')(), { stepMs: 10 });
		expect(collector.messages).to.deep.equal(['one', 'two']);
		await sender.until('an empty disk', () => spool.kept().length === 0);
		expect(timesOf('one')).to.equal(1);
	});

	it('must lose nothing to somebody who answers before the end, and not ask it all the time', async () => {
		const { collector, start, has } = bench;
		collector.manner = 'answers at once';
		const sender = start();
		sender.write('one');
		await sender.until('three attempts', () => collector.requests() === 3);
		expect(sender.clock.monotonicMs()).to.be.at.least(15_000);
		expect(sender.stream.lastError()).to.match(/answered the log stream with 200 before its end/);
		collector.manner = 'takes';
		await sender.until('the line', has('one'));
	});

	it('must notice that the other side ends its half, and send the lines again', async () => {
		const { collector, start, timesOf } = bench;
		collector.manner = 'half-closes';
		const sender = start();
		sender.write('one');
		await sender.until('the end of the stream', () => sender.stream.lastError() !== undefined);
		collector.manner = 'takes';
		await sender.until('the line again', () => timesOf('one') >= 2);
	});

	it('must hold no more than its bounds for a cloud that trickles, and count what it drops', async () => {
		const { collector, start } = bench;
		collector.manner = 'trickles';
		const sender = start();
		const text = (n: number): string => `${n} ${randomBytes(300).toString('base64')}`;
		let written = 0;
		const flood = (): void => {
			for (let i = 0; i < 100; i++) sender.write(text(written++));
			collector.trickle();
		};
		await sender.until('drops', () => sender.stream.droppedLines > 500, { meanwhile: flood });
		await sender.until('all of the rest', () => toldAndTaken() === written, {
			meanwhile: () => collector.trickle('all'),
			stepMs: 10,
		});
		function toldAndTaken(): number {
			return collector.messages.reduce((sum, message) => {
				const missing = /^Warning: Suppressed (\d+) message/.exec(message)?.[1];
				return sum + (missing === undefined ? 1 : Number(missing));
			}, 0);
		}
	});
});
