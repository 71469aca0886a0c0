import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Route } from './route.ts';
import { routesOf } from './server.ts';
import { depsOf, globalKey } from './testing/fixture.ts';
import { apiOf } from './testing/serve.ts';

/** Members that have a meaning to some endpoint, and some that have one to JavaScript. */
const memberNames = [
	...['appId', 'force', 'serviceName', 'imageId', 'network', 'proxy', 'hostname', 'noProxy', 'dns'],
	...['local', 'apps', 'unit', 'since', 'count', 'format', '__proto__', 'constructor', 'prototype'],
];
const names = fc.oneof(fc.constantFrom(...memberNames), fc.string());
const { value: json } = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		fc.constantFrom(null, true, -1, 1.5, 1, '', '1', 'null', '\0', '../..'),
		fc.string({ unit: 'binary' }),
		fc.array(tie('value'), { maxLength: 4 }),
		// Written by hand, as an object literal would set the prototype.
		fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((members) => ({ members })),
	),
}));

function textOf(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const { members } = value as { members: [string, unknown][] };
	return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${textOf(one)}`).join()}}`;
}

const bodies = fc.oneof(json.map(textOf), fc.string(), fc.constant('['.repeat(100_000)));
const queries = fc.array(fc.tuple(names, fc.string({ unit: 'binary' })), { maxLength: 3 });
const parts = fc.oneof(
	fc.constantFrom('1', '2', '-1', '0', '..', '%00', '%2e%2e%2f', '1e3', '9'.repeat(400)),
	fc.string({ unit: 'binary', maxLength: 20 }).map(encodeURIComponentLoosely),
);

const requests = fc.record({
	part: parts,
	query: queries,
	body: bodies,
	type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded'),
});

/** Half of a surrogate pair cannot be written in a path. */
function encodeURIComponentLoosely(text: string): string {
	return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));
}

describe('bad input to the local API', () => {
	const deps = depsOf({ log: [] });
	const agent = new Agent({ keepAlive: true, maxSockets: 4 });
	let server: Server;
	before(async () => {
		server = createServer(apiOf(deps));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	after(() => {
		agent.destroy();
		server.closeAllConnections();
		server.close();
	});
	const portOf = (): number => (server.address() as AddressInfo).port;

	async function ask(
		method: string,
		path: string,
		{ body = '', type = 'application/json' } = {},
	): Promise<{ readonly status: number; readonly text: string }> {
		const headers = {
			authorization: `Bearer ${globalKey}`,
			...(body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
		};
		const outgoing = send({ port: portOf(), host: '127.0.0.1', method, path, headers, agent });
		outgoing.end(body);
		const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
		const text = (await response.setEncoding('utf8').toArray()).join('');
		return { status: response.statusCode ?? 0, text };
	}

	/** What the interface has instead of a 404. */
	const isKnown = ({ status, text }: { status: number; text: string }): boolean =>
		status < 500 || text.includes('Could not find service with that name');

	const old = (route: Route): boolean => /^\/v[12]\//.test(route.path);
	for (const route of routesOf(deps).filter(old)) {
		it(`must be answered by ${route.method.toUpperCase()} ${route.path} without a failure`, async () => {
			await fc.assert(
				fc.asyncProperty(requests, async ({ part, query, body, type }) => {
					const path = route.path.replaceAll(/:\w+/g, part);
					const search = String(new URLSearchParams(query));
					const answer = await ask(route.method.toUpperCase(), `${path}?${search}`, { body, type });
					expect(isKnown(answer), `${answer.status} ${answer.text}`).to.equal(true);
					expect(Object.keys(Object.prototype)).to.deep.equal([]);
				}),
				{ numRuns: 25 },
			);
		});
	}

	for (const path of [
		'/..%2f..%2fetc/passwd',
		'/v1/../../etc',
		'//v1/device',
		'/%00',
		'/v1/apps/%ff',
	]) {
		it(`must be answered for the path ${path}`, async () => {
			expect((await ask('GET', path)).status).to.be.oneOf([400, 404]);
		});
	}

	it('must not keep others waiting: connections that send nothing, or half of a request', async () => {
		const open: Socket[] = [];
		try {
			for (let count = 0; count < 500; count += 1) {
				const socket = connect(portOf(), '127.0.0.1').on('error', () => undefined);
				await once(socket, 'connect');
				if (count % 2 === 0) socket.write('POST /v1/restart HTTP/1.1\r\nHost: x\r\nContent-Le');
				open.push(socket);
			}
			expect(await ask('GET', '/ping')).to.deep.equal({ status: 200, text: 'OK' });
			expect((await ask('GET', '/v1/device')).status).to.equal(200);
		} finally {
			for (const socket of open) socket.destroy();
		}
	});
});
