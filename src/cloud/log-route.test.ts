import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { startLogBench, type LogBench } from './testing/log-bench.ts';

describe('where lines go on their way to the cloud', function () {
	this.timeout(60_000); // sockets are real, and wait for their turn
	let bench: LogBench;
	let proxy: Server;
	let asked: string[];
	beforeEach(async () => {
		bench = await startLogBench();
		asked = [];
		proxy = createServer((req, res) => {
			asked.push(`${req.method} ${req.url}`);
			const { method, headers, url = '' } = req;
			const path = new URL(url).pathname;
			const to = { host: '127.0.0.1', port: bench.collector.port, path };
			const onward = request({ ...to, method, headers });
			req.pipe(onward).on('error', () => res.destroy());
			onward.on('response', (answer) => res.writeHead(answer.statusCode ?? 500).end());
		});
		proxy.on('connect', (req, client: Socket) => {
			asked.push(`CONNECT ${req.url}`);
			const onward = connect(bench.collector.port, '127.0.0.1', () => {
				client.write('HTTP/1.1 200 OK\r\n\r\n');
				client.pipe(onward).pipe(client);
			});
			for (const one of [client, onward]) one.on('error', () => client.destroy());
		});
		proxy.listen(0, '127.0.0.1');
		await once(proxy, 'listening');
	});
	afterEach(async () => {
		proxy.closeAllConnections();
		proxy.close();
		await bench.end();
	});
	const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	const path = `/device/v2/${'d'.repeat(32)}/log-stream`;

	it('must go through a proxy, at once and open to its end', async () => {
		const { start, has } = bench;
		const config = { apiEndpoint: 'http://cloud.invalid' };
		const sender = start({ config, proxyFor: proxyUrl });
		sender.write('one');
		await sender.until('the line', has('one'));
		sender.write('two');
		await sender.until('the next line', has('two'));
		expect(asked).to.deep.equal([`POST http://cloud.invalid${path}`]);
	});

	it('must ask a proxy for a tunnel where the cloud speaks https', async () => {
		const { start } = bench;
		const config = { apiEndpoint: 'https://cloud.invalid' };
		const sender = start({ config, proxyFor: proxyUrl });
		sender.write('one');
		await sender.until('a failure', () => sender.stream.lastError() !== undefined);
		expect(asked[0]).to.equal('CONNECT cloud.invalid:443');
		expect(sender.stream.lastError()).to.match(/does not speak TLS/);
	});

	it('must go where apiEndpointOverride points', async () => {
		const { collector, start, has } = bench;
		const sender = start({
			config: { apiEndpoint: 'http://cloud.invalid' },
			apiEndpointOverride: () => Promise.resolve(`http://127.0.0.1:${collector.port}`),
		});
		sender.write('one');
		await sender.until('the line', has('one'));
	});
});
