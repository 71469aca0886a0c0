import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import express from 'express';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/logger.ts';
import { createApiListener } from './listen.ts';
import { depsOf, globalKey } from './testing/fixture.ts';
import { apiOf } from './testing/serve.ts';

async function freePort(): Promise<number> {
	const server = createServer().listen(0);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** The status of an answer from there, or `none`. */
async function statusAt(host: string, port: number): Promise<number | 'none'> {
	try {
		return (await fetch(`http://${host}:${port}/`)).status;
	} catch {
		return 'none';
	}
}

describe('the listener of the local API', () => {
	const over = new AbortController();
	after(() => over.abort());

	it('must move to another place, leave the first, and end with the signal', async () => {
		const [first, second] = [await freePort(), await freePort()];
		const app = express().get('/', (_request, response) => void response.sendStatus(204));
		const listener = createApiListener({
			...{ app, port: first, timeoutMs: 1000 },
			...{ clock: systemClock, log: silentLogger },
		});
		const running = listener.run(over.signal);
		await listener.attempted;
		expect(await statusAt('127.0.0.1', first)).to.equal(204);
		listener.moveTo({ host: '127.0.0.2', port: second });
		while ((await statusAt('127.0.0.2', second)) === 'none');
		expect(await statusAt('127.0.0.1', second)).to.equal('none');
		expect(await statusAt('127.0.0.1', first)).to.equal('none');
		over.abort();
		await running;
		expect(await statusAt('127.0.0.2', second)).to.equal('none');
	});

	it('must close a connection that is silent for as long as config.json says', async function () {
		this.timeout(30_000);
		const stop = new AbortController();
		const port = await freePort();
		const listener = createApiListener({
			...{ app: express(), port, timeoutMs: 200 },
			...{ clock: systemClock, log: silentLogger },
		});
		const running = listener.run(stop.signal);
		await listener.attempted;
		const silent = connect(port, '127.0.0.1');
		await once(silent, 'close'); // never, without the limit
		stop.abort();
		await running;
	});

	it('must leave a stream of lines open that is silent for longer', async function () {
		this.timeout(30_000);
		const stop = new AbortController();
		const port = await freePort();
		const deps = depsOf({ log: [] });
		async function* logs(): AsyncGenerator<string> {
			yield 'a line\n';
			await systemClock.sleep(600, stop.signal); // the listener closes silent sockets after 100 ms
			yield 'another\n';
		}
		const listener = createApiListener({
			app: apiOf({ ...deps, local: { ...deps.local, isOn: true, logs } }),
			...{ port, timeoutMs: 100, clock: systemClock, log: silentLogger },
		});
		const running = listener.run(stop.signal);
		await listener.attempted;
		const answer = await fetch(`http://127.0.0.1:${port}/v2/local/logs?apikey=${globalKey}`);
		expect(await answer.text()).to.equal('a line\nanother\n');
		stop.abort();
		await running;
	});
});
