import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { expect } from 'chai';
import { lineOf } from '../model/testing/log-line.ts';
import { encodeLogLine } from './log-line-text.ts';
import { testCertificate } from './testing/certificate.ts';
import { createLogStreamBench, type LogStreamBench } from './testing/log-stream-bench.ts';
import { eventually } from './testing/memory-config.ts';

describe('createCloudLogStream, against a plain server', function () {
	this.timeout(60_000); // sockets and certificates take their time
	let bench: LogStreamBench;
	let server: Server;
	beforeEach(() => {
		bench = createLogStreamBench();
	});
	afterEach(async () => {
		await bench.end();
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
		const stream = bench.start({ ...device, apiEndpoint: `http://127.0.0.1:${port}` });
		stream.write(lineOf('one'));
		await bench.grace();
		await eventually(() => stream.lastError() !== undefined);
		stream.write(lineOf('two'));
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
		const stream = bench.start(
			{ ...device, logsEndpoint: `https://127.0.0.1:${port}` },
			{ rootCa: cert },
		);
		stream.write(lineOf('secret'));
		await bench.grace();
		await eventually(() => text !== '');
		expect(text).to.equal(encodeLogLine(lineOf('secret')));
		expect(path).to.equal(`/device/v2/${device.uuid}/log-stream`);
	});

	it('must not trust a strange certificate', async () => {
		const { key, cert } = await testCertificate('127.0.0.1');
		const port = await listen(createHttpsServer({ key, cert }, () => undefined));
		const stream = bench.start({ ...device, logsEndpoint: `https://127.0.0.1:${port}` });
		stream.write(lineOf('secret'));
		await eventually(() => stream.lastError() !== undefined);
		expect(stream.lastError()).to.match(/its certificate is not trusted/);
	});

	it('must stay bounded and give up when the other side takes nothing', async () => {
		const { clock } = bench;
		const port = await listen(createHttpServer((req) => void req.pause()));
		const stream = bench.start({ ...device, apiEndpoint: `http://127.0.0.1:${port}` });
		const noise = (): string =>
			Array.from({ length: 9000 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
		const more = (): void => {
			for (let i = 0; i < 50; i++) stream.write(lineOf(noise()));
		};
		more();
		await bench.grace();
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
