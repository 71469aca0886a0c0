import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import sinon from 'sinon';
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

	it('must try the other address of a host that does not answer at the first', async () => {
		const url = await serve((_req, res) => res.end('here'));
		const addresses = [
			{ address: '::1', family: 6 },
			{ address: '127.0.0.1', family: 4 },
		];
		const lookup = sinon.stub(dns, 'lookup').callsArgWith(2, null, addresses);
		try {
			const named = url.replace('127.0.0.1', 'cloud.invalid');
			expect((await http.send({ method: 'GET', url: named, signal: never })).text).to.equal('here');
		} finally {
			lookup.restore();
		}
	});

	it('must reach a host that has only IPv6', async function () {
		server = createServer((_req, res) => res.end('here'));
		const failed = once(server, 'error').then(() => true);
		server.listen(0, '::1');
		if (await Promise.race([failed, once(server, 'listening').then(() => false)])) this.skip();
		const url = `http://[::1]:${(server.address() as AddressInfo).port}`;
		expect((await http.send({ method: 'GET', url, signal: never })).text).to.equal('here');
	});

	it('must go through the proxy of the environment, but for the hosts without', async () => {
		const url = await serve((req, res) => res.end(req.url));
		const environment = sinon
			.stub(process, 'env')
			.value({ HTTP_PROXY: url, NO_PROXY: '127.0.0.1' });
		try {
			const ask = async (where: string): Promise<string> =>
				(await http.send({ method: 'GET', url: where, signal: never })).text;
			expect(await ask('http://cloud.invalid/ping')).to.equal('http://cloud.invalid/ping');
			expect(await ask(`${url}/ping`)).to.equal('/ping');
		} finally {
			environment.restore();
		}
	});

	it('must give up on a silent host', async () => {
		const url = await serve(() => undefined);
		const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
		expect(err.message).to.match(/cannot be reached: it did not answer in time$/);
	});

	it('must give up on a name server that is silent', async () => {
		const lookup = sinon.stub(dns, 'lookup');
		try {
			const url = 'http://cloud.invalid/';
			const err = await failureOf(http.send({ method: 'GET', url, signal: never }));
			expect(err.message).to.match(/cannot be reached: it did not answer in time$/);
		} finally {
			lookup.restore();
		}
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
		const url = await serve((_req, res) => {
			res.writeHead(302, { location: 'http://elsewhere.example/' }).end();
		});
		const answer = await http.send({ method: 'GET', url, key: 'K', signal: never });
		expect(answer.status).to.equal(302);
		expect(toRefusal(answer, 'the target state').message).to.include(
			'points to http://elsewhere.example/',
		);
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
