import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { aborted } from '../kit/job.ts';
import { stream } from './answer.ts';
import { createHandler } from './handler.ts';
import { defineRoute } from './route.ts';

type Chunks = (signal: AbortSignal) => AsyncIterable<string>;

const servers: Server[] = [];

/** A server whose `/` streams these chunks; `signal` is the one of the last request. */
async function serve(chunks: Chunks): Promise<{
	readonly port: number;
	readonly seen: { signal?: AbortSignal; failure?: unknown };
}> {
	const seen: { signal?: AbortSignal; failure?: unknown } = {};
	const route = defineRoute({
		method: 'get',
		path: '/',
		access: 'open',
		doc: 'Streams.',
		handle: ({ signal }) => {
			seen.signal = signal;
			return stream('application/x-ndjson', chunks(signal));
		},
	});
	const handler = createHandler(route);
	const app = express().get('/', (request, response, next) => {
		void Promise.resolve(handler(request, response, next)).catch((err: unknown) => {
			seen.failure = err;
		});
	});
	const server = createServer(app).listen(0, '127.0.0.1');
	servers.push(server);
	await once(server, 'listening');
	return { port: (server.address() as AddressInfo).port, seen };
}

async function open(port: number, method = 'GET'): Promise<IncomingMessage> {
	const request = get({ port, host: '127.0.0.1', method, agent: false });
	request.on('error', () => undefined);
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	response.on('error', () => undefined);
	return response;
}

describe('a streamed answer', () => {
	afterEach(() => {
		for (const server of servers.splice(0)) {
			server.closeAllConnections();
			server.close();
		}
	});

	it('must send its head before there is a first piece', async () => {
		const { port } = await serve(async function* (signal) {
			await aborted(signal);
			yield* [];
		});
		const response = await open(port);
		expect(response.statusCode).to.equal(200);
		expect(response.headers['content-type']).to.equal('application/x-ndjson');
		response.destroy();
	});

	it('must send every piece in order and end', async () => {
		const { port, seen } = await serve(async function* () {
			for (const line of ['1\n', '2\n', '3\n']) yield await Promise.resolve(line);
		});
		const response = await open(port);
		const pieces = await response.setEncoding('utf8').toArray();
		expect(pieces.join('')).to.equal('1\n2\n3\n');
		expect(seen.signal?.aborted).to.equal(true);
	});

	it('must abort the signal and let the source return when the client leaves', async () => {
		let onReturned = (): void => undefined;
		const returned = new Promise<void>((resolve) => (onReturned = resolve));
		const { port, seen } = await serve(async function* (signal) {
			try {
				yield 'first\n';
				await aborted(signal);
			} finally {
				onReturned();
			}
		});
		const response = await open(port);
		await once(response, 'data');
		response.destroy();
		await returned;
		expect(seen.signal?.aborted).to.equal(true);
		expect(seen.failure).to.equal(undefined);
	});

	it('must stop asking the source while the client does not read', async () => {
		let asked = 0;
		const { port } = await serve(async function* (signal) {
			while (!signal.aborted) {
				asked += 1;
				yield await Promise.resolve('x'.repeat(100_000));
			}
		});
		const response = await open(port);
		response.pause();
		let before = -1;
		while (asked !== before) {
			before = asked;
			await new Promise((resolve) => globalThis.setTimeout(resolve, 200));
		}
		expect(asked).to.be.within(1, 400);
		response.destroy();
	});

	it('must drop the connection when its source fails, and tell the error mapper', async () => {
		const { port, seen } = await serve(async function* () {
			yield await Promise.resolve('first\n');
			throw new Error('the source failed');
		});
		const response = await open(port);
		response.resume();
		await new Promise((resolve) => void response.once('close', resolve));
		expect(response.complete).to.equal(false);
		expect(seen.failure).to.be.an('error').with.property('message', 'the source failed');
	});

	it('must not ask its source for a HEAD request', async () => {
		const { port, seen } = await serve(async function* () {
			yield await Promise.reject<string>(new Error('asked'));
		});
		const response = await open(port, 'HEAD');
		response.resume();
		await once(response, 'end');
		expect(response.statusCode).to.equal(200);
		expect(seen.signal?.aborted).to.equal(true);
		expect(seen.failure).to.equal(undefined);
	});
});
