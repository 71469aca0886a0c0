import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import { systemClock } from '../kit/clock.ts';
import { parseAnswer, toRefusal } from './answers.ts';
import { createHttpClient, userAgentOf, type HttpClient } from './http.ts';
import { toNetworkFailure } from './network-failure.ts';
import { parseRetryAfter } from './retry-after.ts';

const never = new AbortController().signal;

async function failureOf(work: Promise<unknown>): Promise<SupervisorError> {
	const err: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (!(err instanceof SupervisorError)) throw new Error(`not a SupervisorError: ${String(err)}`);
	return err;
}

describe('createHttpClient', () => {
	let http: HttpClient;
	let server: Server | undefined;
	beforeEach(() => {
		http = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/1.2.3'),
			timeoutMs: () => 300,
			clock: systemClock,
		});
	});
	afterEach(() => {
		http.close();
		server?.closeAllConnections();
		server?.close();
	});

	async function serve(listener: RequestListener): Promise<string> {
		server = createServer(listener).listen(0, '127.0.0.1');
		await once(server, 'listening');
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	it('must send key, agent and JSON, and unpack the answer', async () => {
		const url = await serve((req, res) => {
			let body = '';
			req.on('data', (chunk: Buffer) => (body += chunk.toString()));
			req.on('end', () => {
				const { authorization, 'user-agent': agent, 'content-type': type } = req.headers;
				res.setHeader('content-encoding', 'gzip');
				res.end(gzipSync(JSON.stringify({ authorization, agent, type, body })));
			});
		});
		const request = { method: 'POST', url, key: 'K', body: { a: 1 }, signal: never } as const;
		const answer = await http.send(request);
		expect(JSON.parse(answer.text)).to.deep.equal({
			authorization: 'Bearer K',
			agent: 'Supervisor/1.2.3',
			type: 'application/json',
			body: '{"a":1}',
		});
	});

	it('must keep the connection open between requests', async () => {
		const ports = new Set<number | undefined>();
		const url = await serve((req, res) => {
			ports.add(req.socket.remotePort);
			res.end('ok');
		});
		for (let i = 0; i < 3; i++) await http.send({ method: 'GET', url, signal: never });
		expect(ports.size).to.equal(1);
	});

	it('must tell that the host refuses the connection', async () => {
		const tcp = createTcpServer().listen(0, '127.0.0.1');
		await once(tcp, 'listening');
		const { port } = tcp.address() as AddressInfo;
		await new Promise((resolve) => tcp.close(resolve));
		const url = `http://127.0.0.1:${port}/x`;
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.code).to.equal('CLOUD_UNREACHABLE');
		expect(err.message).to.equal(
			`The cloud API at 127.0.0.1:${port} cannot be reached: it refused the connection`,
		);
	});

	it('must tell that a name cannot be resolved', async () => {
		const url = 'http://no-such-host.invalid/x';
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.message).to.match(/^The cloud API at no-such-host.invalid cannot be reached: .*DNS/);
	});

	for (const days of [3, 30, 30_000]) {
		it(`must not be cut off by a timeout that is longer than a timer can be: ${days} days`, async () => {
			const patient = createHttpClient({
				userAgent: () => Promise.resolve('Supervisor/1.2.3'),
				timeoutMs: () => days * 86_400_000,
				clock: systemClock,
			});
			const url = await serve((_req, res) => {
				setTimeout(() => res.end('{}'), 50);
			});
			const answer = await patient.send({ method: 'GET', url, signal: never });
			patient.close();
			expect(answer.status).to.equal(200);
		});
	}

	it('must give up on a silent host', async () => {
		const url = await serve(() => undefined);
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.message).to.match(/cannot be reached: it did not answer in time$/);
	});

	it('must tell that the other side does not speak TLS', async () => {
		const url = (await serve((_req, res) => res.end())).replace('http:', 'https:');
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.code).to.equal('CLOUD_UNREACHABLE');
		expect(err.message).to.match(/TLS/);
	});

	it('must refuse an answer that breaks off', async () => {
		const url = await serve((_req, res) => {
			res.writeHead(200, { 'content-length': '1000' });
			res.write('{"half":');
			setTimeout(() => res.destroy(), 20);
		});
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.message).to.match(/broke off|broke the connection/);
	});

	it('must not follow a redirect, as it would carry the key along', async () => {
		let asked = 0;
		const url = await serve((_req, res) => {
			asked += 1;
			res.writeHead(308, { location: '/elsewhere' }).end();
		});
		const answer = await http.send({ method: 'GET', url, key: 'K', signal: never });
		expect([answer.status, asked]).to.deep.equal([308, 1]);
		expect(toRefusal(answer, 'the target state').message).to.include('points to /elsewhere');
	});

	it('must give up on an answer that trickles and does not come to an end', async () => {
		const stop = new AbortController();
		const url = await serve((_req, res) => {
			const trickle = setInterval(() => res.write(' '), 20);
			stop.signal.addEventListener('abort', () => clearInterval(trickle));
			res.once('close', () => clearInterval(trickle));
		});
		const hasty = createHttpClient({
			userAgent: () => Promise.resolve('x'),
			timeoutMs: () => 100,
			clock: systemClock,
		});
		const err = await failureOf(hasty.send({ method: 'GET', url, signal: never }));
		stop.abort();
		hasty.close();
		// on a machine under load the pieces themselves may come late
		expect(err.message).to.match(/does not come to an end$|did not answer in time$/);
	});

	it('must give up on an answer that is larger than any target state, once it knows', async () => {
		const piece = Buffer.alloc(1024 * 1024, ' ');
		const url = await serve((_req, res) => {
			const write = (): void => {
				while (!res.destroyed && res.write(piece));
			};
			res.on('drain', write);
			write();
		});
		const patient = createHttpClient({
			userAgent: () => Promise.resolve('x'),
			clock: systemClock,
		});
		const err = await failureOf(patient.send({ method: 'GET', url, signal: never }));
		patient.close();
		expect([err.code, err.message.replace(/.* (?=is )/, '')]).to.deep.equal([
			'CLOUD_REFUSED',
			'is too large',
		]);
	});

	const strangers = [
		{
			name: 'a page',
			head: { status: 200, headers: { 'content-type': 'text/html' } },
			says: /cannot be reached: a web page came instead of an answer .*captive portal/,
		},
		{
			name: 'a request to log in',
			head: { status: 511, headers: {} },
			says: /captive portal/,
		},
		{
			name: 'a way to somebody else',
			head: { status: 302, headers: { location: 'http://portal.example/login' } },
			says: /the answer points to http:\/\/portal.example\/login; a captive portal/,
		},
	];
	for (const { name, head, says } of strangers) {
		it(`must recognise a captive portal by ${name}, whatever was asked`, async () => {
			const url = await serve((_req, res) => {
				res.writeHead(head.status, head.headers).end('<!DOCTYPE html><p>Welcome aboard');
			});
			for (const method of ['GET', 'PATCH'] as const) {
				const err = await failureOf(http.send({ method, url, signal: never }));
				expect(err.code).to.equal('CLOUD_UNREACHABLE');
				expect(err.message).to.match(says);
			}
		});
	}

	it('must take OK for an answer, even if it is called HTML', async () => {
		const url = await serve((_req, res) => res.setHeader('content-type', 'text/html').end('OK'));
		expect((await http.send({ method: 'PATCH', url, signal: never })).status).to.equal(200);
	});

	it('must stop when its signal fires', async () => {
		const url = await serve(() => undefined);
		const abort = new AbortController();
		const sent = http.send({ method: 'GET', url, signal: abort.signal });
		setTimeout(() => abort.abort(new Error('enough')), 20);
		expect(await sent.catch((err: unknown) => String(err))).to.equal('Error: enough');
	});
});

describe('parseAnswer', () => {
	const answer = (text: string, type = 'application/json') => ({
		host: 'api.example.com',
		status: 200,
		headers: { 'content-type': type },
		text,
		retryAfterMs: undefined,
	});
	const schema = z.object({ id: z.number() });
	const cases = [
		{
			name: 'a web page',
			given: answer('<!DOCTYPE html><p>Log in</p>', 'text/html'),
			message: 'The cloud API at api.example.com: instead of the thing came a web page',
		},
		{
			name: 'half an answer',
			given: answer('{"id":'),
			message: 'The cloud API at api.example.com: the thing is not valid JSON (cut off?)',
		},
		{
			name: 'another form',
			given: answer('{"id":"x"}'),
			message:
				'The cloud API at api.example.com: the thing came in an unknown form at id: Invalid input: expected number, received string',
		},
	];
	for (const { name, given, message } of cases) {
		it(`must refuse ${name}`, () => {
			expect(() => parseAnswer(given, schema, 'the thing')).to.throw(SupervisorError, message);
		});
	}

	it('must give what the schema asks for', () => {
		expect(parseAnswer(answer('{"id":1,"more":2}'), schema, 'the thing')).to.deep.equal({ id: 1 });
	});
});

describe('parseRetryAfter', () => {
	const nowMs = Date.UTC(1970, 0, 2);
	const cases = [
		{ name: 'seconds', headers: { 'retry-after': '10' }, ms: 10_000 },
		{
			name: 'a date, by the clock of the server',
			headers: {
				'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT',
				date: 'Fri, 20 Nov 2026 10:00:00 GMT',
			},
			ms: 30_000,
		},
		{ name: 'a past date', headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, ms: 0 },
		{ name: 'at most an hour', headers: { 'retry-after': '99999999' }, ms: 3_600_000 },
		{ name: 'nothing', headers: {}, ms: undefined },
		{ name: 'nonsense', headers: { 'retry-after': 'soon' }, ms: undefined },
	];
	for (const { name, headers, ms } of cases) {
		it(`must read ${name}`, () => expect(parseRetryAfter(headers, nowMs)).to.equal(ms));
	}
});

describe('toNetworkFailure', () => {
	it('must blame the clock for a certificate of the future', () => {
		const cause = Object.assign(new Error('x'), { code: 'CERT_NOT_YET_VALID' });
		const wrapped = Object.assign(new Error('Error: x'), { cause });
		expect(toNetworkFailure(wrapped, 'https://api.example.com/device').message).to.equal(
			'The cloud API at api.example.com cannot be reached: its certificate is not yet valid; the clock of this device may be wrong',
		);
	});
});

describe('userAgentOf', () => {
	it('must leave out what is not known', () => {
		expect(userAgentOf({ version: '20.0.0' })).to.equal('Supervisor/20.0.0');
		expect(
			userAgentOf({ version: '20.0.0', osVersion: 'balenaOS 6.0.0', osVariant: 'prod' }),
		).to.equal('Supervisor/20.0.0 (Linux; balenaOS 6.0.0; prod)');
	});
});
