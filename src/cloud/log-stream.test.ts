import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { expect } from 'chai';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { silentLogger, type Logger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogLine } from '../model/log-line.ts';
import { createMemoryLogSpool, type MemoryLogSpool } from '../ports/testing/memory-log-spool.ts';
import { createDialer, type DialerDeps } from './dialer.ts';
import { encodeLogLine } from './log-line-text.ts';
import { createCloudLogStream, type CloudLogStream } from './log-stream.ts';
import { createMemoryConfig, eventually } from './testing/memory-config.ts';
import { testCertificate } from './testing/certificate.ts';

const line = (message: string, more: Partial<LogLine> = {}): LogLine => ({
	message,
	timestampMs: 1_767_225_600_000,
	isSystem: false,
	isStdErr: false,
	serviceId: 1,
	...more,
});

interface StartOptions extends DialerDeps {
	readonly provisioned?: Promise<void>;
}

describe('createCloudLogStream', function () {
	this.timeout(60_000); // sockets and certificates take their time
	let clock: FakeClock;
	let stop: AbortController;
	let job: Promise<void> | undefined;
	let stream: CloudLogStream;
	let mode: 'on' | 'paused' | 'off';
	let spool: MemoryLogSpool;
	let pauses: unknown[];
	beforeEach(() => {
		clock = createFakeClock();
		stop = new AbortController();
		mode = 'on';
		spool = createMemoryLogSpool();
		pauses = [];
	});
	afterEach(async () => {
		await end();
	});
	/** A cloud that does not answer to the end of the stream is given its two seconds. */
	async function end(): Promise<void> {
		stop.abort();
		const ending = { isOver: job === undefined };
		const over = job?.finally(() => (ending.isOver = true));
		for (let tries = 0; tries < 50 && !ending.isOver; tries++) {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		await clock.advance(2000);
		await over;
	}
	function start(
		config: Record<string, unknown>,
		{ provisioned = Promise.resolve(), rootCa, proxyFor }: StartOptions = {},
	): void {
		const log: Logger = {
			...silentLogger,
			warn: (fields) => void pauses.push(new Map(Object.entries(fields)).get('retryInMs')),
			child: () => log,
		};
		stream = createCloudLogStream({
			config: createMemoryConfig(config),
			provisioned: () => provisioned,
			userAgent: () => Promise.resolve('Supervisor/20.0.0'),
			mode: () => mode,
			dialer: createDialer({ rootCa, proxyFor }),
			spool,
			clock,
			random: { fraction: () => 0 },
			log,
		});
		job = stream.run(stop.signal);
	}
	/** A sleep of this length has begun. */
	const sleeping = (ms: number) => eventually(() => clock.sleepers().includes(ms));
	/** A minute passes after the last line. */
	const idle = async () => {
		await eventually(() => clock.sleepers().some((ms) => ms <= 5000)); // lines are on trial
		await clock.advance(5000);
		await sleeping(55_000);
		await clock.advance(55_000);
	};
	const grace = async () => {
		await sleeping(5000);
		await clock.advance(5000);
	};

	describe('against the development cloud', () => {
		let test: TestCloud;
		let device: TestDevice;
		let config: Record<string, unknown>;
		beforeEach(async () => {
			test = await startCloud({ frozenLogDelayMs: 20 });
			device = await test.register();
			config = { apiEndpoint: test.url, uuid: device.uuid, deviceApiKey: device.key };
		});
		afterEach(async () => {
			await end();
			await test.close();
		});
		const streams = () => test.cloud.journal.list({ path: '/log-stream$' });
		const messages = async () =>
			(await test.client.deviceLogs(device.uuid)).map(({ message }) => message);
		async function shown(expected: string[]): Promise<void> {
			for (let tries = 0; tries < 1500; tries++) {
				if ((await messages()).join() === expected.join()) return;
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
			expect(await messages()).to.deep.equal(expected);
		}

		it('must show lines to a reader while the stream is open', async () => {
			start(config);
			stream.write(line('one'));
			await grace();
			await shown(['one']);
			stream.write(line('two', { isSystem: true, serviceId: undefined }));
			await clock.advance(200);
			await shown(['one', 'two']);
			expect(streams()).to.have.length(1);
			expect(streams()[0]?.status).to.equal(0);
			expect(streams()[0]?.headers).to.include({
				authorization: `Bearer ${device.key}`,
				'content-type': 'application/x-ndjson',
				'content-encoding': 'gzip',
				'transfer-encoding': 'chunked',
				'user-agent': 'Supervisor/20.0.0',
			});
		});

		it('must send nothing within the grace period', async () => {
			start(config);
			stream.write(line('one'));
			await sleeping(5000);
			await clock.advance(4900);
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(await messages()).to.deep.equal([]);
		});

		it('must keep lines that come before the device is provisioned', async () => {
			let open: () => void = () => undefined;
			start(config, { provisioned: new Promise((resolve) => (open = resolve)) });
			stream.write(line('early'));
			await new Promise((resolve) => setTimeout(resolve, 20));
			expect(streams()).to.have.length(0);
			open();
			await grace();
			await shown(['early']);
		});

		it('must close a stream without lines after a minute, and open another for the next', async () => {
			start(config);
			stream.write(line('one'));
			await grace();
			await shown(['one']);
			await idle();
			await eventually(() => streams()[0]?.status === 201);
			stream.write(line('two'));
			await eventually(() => streams().length === 2);
			await grace();
			await shown(['one', 'two']);
			expect(stream.lastError()).to.equal(undefined);
		});

		it('must deliver what it has when the supervisor stops', async () => {
			start(config);
			stream.write(line('one'));
			await sleeping(5000);
			stream.write(line('last'));
			stop.abort();
			await job;
			await shown(['one', 'last']);
		});

		it('must not take lines that belong to nobody', async () => {
			start(config);
			stream.write(line('nobody', { serviceId: undefined }));
			stream.write(line('one'));
			await grace();
			await shown(['one']);
		});

		it('must throw lines away when logs are off', async () => {
			mode = 'off';
			start(config);
			stream.write(line('one'));
			await new Promise((resolve) => setTimeout(resolve, 20));
			expect(streams()).to.have.length(0);
		});

		it('must slow down while the cloud refuses, also one that lets it wait first', async () => {
			await test.client.updateDevice(device.uuid, { frozen: true });
			start(config);
			stream.write(line('one'));
			for (const pauseMs of [5000, 10_000, 20_000]) {
				await eventually(() => pauses.at(-1) === pauseMs); // while the cloud lets it wait, no time passes
				await sleeping(pauseMs);
				await clock.advance(pauseMs);
			}
			expect(pauses.slice(0, 3)).to.deep.equal([5000, 10_000, 20_000]);
			expect(stream.lastError()).to.match(/refused the key of this device for the log stream/);
		});

		it('must wait as long as the cloud asks', async () => {
			test.cloud.faults.add({
				match: 'POST /log-stream$',
				status: 429,
				body: undefined,
				headers: { 'retry-after': '10' },
				times: 1,
			});
			start(config);
			stream.write(line('one'));
			await sleeping(10_000);
			await clock.advance(10_000);
			await grace();
			await shown(['one']);
		});
	});

	describe('against a plain server', () => {
		let server: Server;
		afterEach(async () => {
			await end();
			server.closeAllConnections();
			server.close();
		});
		async function listen(made: Server): Promise<number> {
			server = made.listen(0, '127.0.0.1');
			await once(server, 'listening');
			return (server.address() as AddressInfo).port;
		}
		const device = { apiEndpoint: 'http://127.0.0.1:1', uuid: 'd'.repeat(32), deviceApiKey: 'K' };

		it('must reconnect at once when a good stream breaks', async () => {
			let requests = 0;
			const port = await listen(
				createHttpServer((req) => {
					requests += 1;
					req.once('data', () => req.socket.destroy());
				}),
			);
			start({ ...device, apiEndpoint: `http://127.0.0.1:${port}` });
			stream.write(line('one'));
			await grace();
			await eventually(() => stream.lastError() !== undefined);
			stream.write(line('two'));
			await eventually(() => requests === 2);
		});

		it('must speak https to a logs endpoint of its own, with a private authority', async () => {
			const { key, cert } = await testCertificate('127.0.0.1');
			let text = '';
			let path: string | undefined;
			const listener: RequestListener = (req) => {
				path = req.url;
				req.pipe(createGunzip()).on('data', (chunk: Buffer) => (text += chunk.toString()));
			};
			const port = await listen(createHttpsServer({ key, cert }, listener));
			start({ ...device, logsEndpoint: `https://127.0.0.1:${port}` }, { rootCa: cert });
			stream.write(line('secret'));
			await grace();
			await eventually(() => text !== '');
			expect(text).to.equal(encodeLogLine(line('secret')));
			expect(path).to.equal(`/device/v2/${device.uuid}/log-stream`);
		});

		it('must not trust a strange certificate', async () => {
			const { key, cert } = await testCertificate('127.0.0.1');
			const port = await listen(createHttpsServer({ key, cert }, () => undefined));
			start({ ...device, logsEndpoint: `https://127.0.0.1:${port}` });
			stream.write(line('secret'));
			await eventually(() => stream.lastError() !== undefined);
			expect(stream.lastError()).to.match(/its certificate is not trusted/);
		});

		it('must stay bounded and give up when the other side takes nothing', async () => {
			const port = await listen(createHttpServer((req) => void req.pause()));
			start({ ...device, apiEndpoint: `http://127.0.0.1:${port}` });
			const noise = (): string =>
				Array.from({ length: 9000 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
			const more = (): void => {
				for (let i = 0; i < 50; i++) stream.write(line(noise()));
			};
			more();
			await grace();
			for (let i = 0; i < 2000 && !clock.sleepers().includes(59_000); i++) {
				more();
				await clock.advance(100);
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			expect(clock.sleepers()).to.include(59_000);
			await clock.advance(59_000);
			await eventually(() => stream.lastError() !== undefined);
			expect(stream.lastError()).to.match(/takes no more data/);
		});
	});
});
