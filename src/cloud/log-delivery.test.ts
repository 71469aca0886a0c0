import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { createMemoryLogSpool, type MemoryLogSpool } from '../ports/testing/memory-log-spool.ts';
import { startCollector, type LogCollector } from './testing/log-collector.ts';
import { startLogSender, type LogSender, type LogSenderOptions } from './testing/log-sender.ts';

describe('lines on their way to the cloud', function () {
	this.timeout(60_000); // sockets are real, and wait for their turn
	let collector: LogCollector;
	let spool: MemoryLogSpool;
	let senders: LogSender[];
	beforeEach(async () => {
		collector = await startCollector();
		spool = createMemoryLogSpool();
		senders = [];
	});
	afterEach(async () => {
		for (const sender of senders) await sender.stop();
		await collector.leave();
	});
	function start(options: Partial<LogSenderOptions> = {}): LogSender {
		const config = { apiEndpoint: `http://127.0.0.1:${collector.port}` };
		const sender = startLogSender({ config, spool, ...options });
		senders.push(sender);
		return sender;
	}
	const has = (message: string) => (): boolean => collector.messages.includes(message);
	const timesOf = (message: string): number =>
		collector.messages.filter((one) => one === message).length;

	it('must send lines of the last seconds again when the connection breaks, and older ones not', async () => {
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

	it('must put lines on the disk while the cloud is away for an hour, and send them in their order', async () => {
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

	it('must send lines of the first seconds of a stream before those that came later', async () => {
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

	it('must send new lines between the old ones, when these are many', async () => {
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

	it('must lose nothing to somebody who answers before the end, and not ask it all the time', async () => {
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
		collector.manner = 'half-closes';
		const sender = start();
		sender.write('one');
		await sender.until('the end of the stream', () => sender.stream.lastError() !== undefined);
		collector.manner = 'takes';
		await sender.until('the line again', () => timesOf('one') >= 2);
	});

	it('must hold no more than its bounds for a cloud that trickles, and count what it drops', async () => {
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

	it('must keep what is left on the disk when the supervisor stops without a cloud', async () => {
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
			isSafe: () => spool.kept().join('').includes('"one"'),
			arrange: () => collector.leave(),
		},
		{
			name: 'sent while it takes them',
			isSafe: () => true, // what is flushed is the network's
			arrange: () => Promise.resolve(),
		},
	];
	for (const { name, isSafe, arrange } of safe) {
		it(`must tell when lines are ${name}`, async () => {
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
		const sender = start({ provisioned: () => new Promise<void>(() => undefined) });
		sender.write('one');
		await sender.stream.secure();
		await sender.pass(0);
		senders = [];
	});

	describe('where they go', () => {
		let proxy: Server;
		let asked: string[];
		beforeEach(async () => {
			asked = [];
			proxy = createServer((req, res) => {
				asked.push(`${req.method} ${req.url}`);
				const { method, headers, url = '' } = req;
				const path = new URL(url).pathname;
				const onward = request({ port: collector.port, host: '127.0.0.1', method, headers, path });
				req.pipe(onward).on('error', () => res.destroy());
				onward.on('response', (answer) => res.writeHead(answer.statusCode ?? 500).end());
			});
			proxy.on('connect', (req, client: Socket) => {
				asked.push(`CONNECT ${req.url}`);
				const onward = connect(collector.port, '127.0.0.1', () => {
					client.write('HTTP/1.1 200 OK\r\n\r\n');
					client.pipe(onward).pipe(client);
				});
				for (const one of [client, onward]) one.on('error', () => client.destroy());
			});
			proxy.listen(0, '127.0.0.1');
			await once(proxy, 'listening');
		});
		afterEach(() => {
			proxy.closeAllConnections();
			proxy.close();
		});
		const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
		const path = `/device/v2/${'d'.repeat(32)}/log-stream`;

		it('must go through a proxy, at once and open to its end', async () => {
			const config = { apiEndpoint: 'http://cloud.invalid' };
			const sender = start({ config, proxyFor: proxyUrl });
			sender.write('one');
			await sender.until('the line', has('one'));
			sender.write('two');
			await sender.until('the next line', has('two'));
			expect(asked).to.deep.equal([`POST http://cloud.invalid${path}`]);
		});

		it('must ask a proxy for a tunnel where the cloud speaks https', async () => {
			const config = { apiEndpoint: 'https://cloud.invalid' };
			const sender = start({ config, proxyFor: proxyUrl });
			sender.write('one');
			await sender.until('a failure', () => sender.stream.lastError() !== undefined);
			expect(asked[0]).to.equal('CONNECT cloud.invalid:443');
			expect(sender.stream.lastError()).to.match(/does not speak TLS/);
		});

		it('must go where apiEndpointOverride points', async () => {
			const sender = start({
				config: { apiEndpoint: 'http://cloud.invalid' },
				apiEndpointOverride: () => Promise.resolve(`http://127.0.0.1:${collector.port}`),
			});
			sender.write('one');
			await sender.until('the line', has('one'));
		});
	});
});
