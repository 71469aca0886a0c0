import { expect } from 'chai';
import { startLogBench, type LogBench } from './testing/log-bench.ts';
import { startLogSender } from './testing/log-sender.ts';

describe('lines that wait for the cloud', function () {
	this.timeout(60_000); // sockets are real, and wait for their turn
	let bench: LogBench;
	beforeEach(async () => {
		bench = await startLogBench();
	});
	afterEach(() => bench.end());

	it('must put lines on the disk while the cloud is away for an hour, and send them in their order', async () => {
		const { collector, spool, start, has } = bench;
		const sender = start();
		sender.write('before');
		await sender.until('a line', has('before'));
		await sender.pass(6000);
		await collector.leave();
		for (let minute = 0; minute < 60; minute++) {
			for (let i = 0; i < 10; i++) sender.write(`line ${minute * 10 + i}`);
			await sender.pass(60_000, 5000);
		}
		expect(spool.kept().length).to.be.within(1, 60);
		await collector.comeBack();
		await sender.until('the last line', has('line 599'), { stepMs: 500 });
		const expected = Array.from({ length: 600 }, (_, n) => `line ${n}`);
		expect(collector.messages).to.deep.equal(['before', ...expected]);
		expect(sender.stream.droppedLines).to.equal(0);
		await sender.until('the disk is free again', () => spool.kept().length === 0);
	});

	it('must send new lines between the old ones, when these are many', async () => {
		const { collector, spool, start, has } = bench;
		const text = (n: number): string => `old ${n}`.padEnd(1000);
		for (let n = 0; n < 200; n++)
			await spool.append(`${JSON.stringify({ message: text(n) })}\n`, 1);
		const sender = start();
		let live = 0;
		await sender.until('all old lines', has(text(199)), {
			meanwhile: () => sender.write(`live ${live++}`),
		});
		const order = collector.messages.map((message) => message.split(' ')[0]);
		expect(order.indexOf('live')).to.be.lessThan(order.lastIndexOf('old'));
		const ofKind = (kind: string): string[] => collector.messages.filter((m) => m.startsWith(kind));
		expect(ofKind('old')).to.deep.equal(Array.from({ length: 200 }, (_, n) => text(n)));
		expect(ofKind('live')).to.deep.equal(ofKind('live').map((_, n) => `live ${n}`));
	});

	it('must keep on the disk what has perhaps not arrived', async () => {
		const { collector, spool, start, has, timesOf } = bench;
		await spool.append(`${JSON.stringify({ message: 'old' })}\n`, 1);
		const sender = start();
		const grace = (): boolean => sender.clock.sleepers().includes(5000);
		await sender.until('the connection', grace, { stepMs: 0 });
		await sender.clock.advance(5000);
		await sender.until('the line', has('old'), { stepMs: 0 });
		expect(spool.kept()).to.have.length(1);
		collector.breakAll();
		await sender.until('the line again', () => timesOf('old') === 2);
		await sender.until('an empty disk', () => spool.kept().length === 0);
		collector.breakAll();
		sender.write('next');
		await sender.until('the next line', has('next'));
		expect(timesOf('old')).to.equal(2);
	});

	it('must keep what is left on the disk when the supervisor stops without a cloud', async () => {
		const { collector, spool, start, has } = bench;
		await collector.leave();
		const sender = start();
		sender.write('one');
		await sender.pass(20_000);
		sender.write('two');
		await sender.stop();
		expect(spool.kept().join('')).to.include('"one"').and.include('"two"');
		await collector.comeBack();
		const next = start();
		await next.until('both lines', has('two'));
		expect(collector.messages).to.deep.equal(['one', 'two']);
	});

	it('must hold lines in memory, as far as they fit, while the disk takes none, and say what is missing', async () => {
		const { collector, spool, start } = bench;
		await collector.leave();
		spool.fail();
		const sender = start();
		for (let n = 0; n < 5000; n++) sender.write(`line ${n}`.padEnd(100));
		await sender.pass(120_000, 5000);
		await collector.comeBack();
		await sender.until('a warning', () => collector.messages.some((m) => m.startsWith('Warning')), {
			stepMs: 500,
		});
		const { droppedLines } = sender.stream;
		expect(droppedLines).to.be.greaterThan(0);
		expect(collector.messages.at(-1)).to.equal(
			`Warning: Suppressed ${droppedLines} message(s) due to high load`,
		);
		expect(collector.messages.length - 1 + droppedLines).to.equal(5000);
	});

	it('must tell how many lines the disk had no room for', async () => {
		const { collector, spool, start, has } = bench;
		await spool.append(`${JSON.stringify({ message: 'kept' })}\n`, 1);
		spool.drop(17);
		const sender = start();
		await sender.until('the line', has('kept'));
		expect(collector.messages[0]).to.equal(
			'Warning: Suppressed 17 message(s) for want of room while the cloud was away',
		);
		expect(sender.stream.droppedLines).to.equal(17);
	});

	it('must empty the disk when logs are switched off, and write nothing to it before the device is provisioned', async () => {
		const { collector, spool, start } = bench;
		let provision: () => void = () => undefined;
		const provisioned = () => new Promise<void>((resolve) => (provision = resolve));
		const sender = start({ provisioned });
		sender.write('early');
		await sender.pass(120_000, 5000);
		expect(spool.kept()).to.deep.equal([]);
		await collector.leave();
		provision();
		await sender.pass(120_000, 5000);
		expect(spool.kept()).to.have.length(1);
		sender.mode = 'off';
		sender.write('unwanted');
		await sender.until('the disk is empty', () => spool.kept().length === 0);
	});

	it('must send nothing in local mode, and afterwards what waited before', async () => {
		const { collector, spool, start } = bench;
		await spool.append(`${JSON.stringify({ message: 'fleet' })}\n`, 1);
		const sender = start();
		sender.mode = 'paused';
		sender.write('developer');
		await sender.pass(120_000, 5000);
		expect(collector.requests()).to.equal(0);
		expect(spool.kept()).to.have.length(1);
		sender.mode = 'on';
		sender.write('Local mode is off', { isSystem: true, serviceId: undefined });
		await sender.until('both lines', () => collector.messages.length >= 2);
		expect(collector.messages).to.deep.equal(['fleet', 'Local mode is off']);
	});

	const safe: { name: string; isSafe: () => boolean; arrange: () => Promise<unknown> }[] = [
		{
			name: 'on the disk while the cloud is away',
			isSafe: () => bench.spool.kept().join('').includes('"one"'),
			arrange: () => bench.collector.leave(),
		},
		{
			name: 'sent while it takes them',
			isSafe: () => true, // what is flushed is the network's
			arrange: () => Promise.resolve(),
		},
	];
	for (const { name, isSafe, arrange } of safe) {
		it(`must tell when lines are ${name}`, async () => {
			const { start, has } = bench;
			await arrange();
			const sender = start();
			if (name.startsWith('sent')) {
				sender.write('zero');
				await sender.until('a line', has('zero'));
			}
			sender.write('one');
			const state = { isTold: false };
			const told = sender.stream.secure().then(() => (state.isTold = isSafe()));
			await sender.until('lines are safe', () => state.isTold, { stepMs: 10 });
			await told;
		});
	}

	it('must keep nobody waiting for lines that cannot be made safe', async () => {
		const { collector, spool } = bench;
		const config = { apiEndpoint: `http://127.0.0.1:${collector.port}` };
		const provisioned = () => new Promise<void>(() => undefined); // the stream waits for it, and never ends
		const sender = startLogSender({ config, spool, provisioned });
		sender.write('one');
		await sender.stream.secure();
		await sender.pass(0);
	});
});
