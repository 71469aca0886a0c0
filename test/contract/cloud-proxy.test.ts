import { createServer, request as send, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { apiOf } from '../../src/api/testing/serve.ts';
import type { SupervisorAnswer } from '../../tools/cloud/device-caller.ts';
import { toPassedAnswer } from '../../tools/cloud/passed-answer.ts';
import { readRecordings } from './support/case-file.ts';
import { depsGiven, keys, names } from './support/given.ts';
import { fillIn } from './support/match.ts';

interface ClientCall {
	/** What a person typed. */
	readonly command: string;
	readonly path: string;
	/** Absent: none, and no content type either. */
	readonly body?: object;
	readonly method?: string;
	readonly status: number;
}

const { app, appText, webImage } = names;

/** What reaches a device when somebody uses the command line or the client library with the cloud in between. */
const clientCalls: readonly ClientCall[] = [
	{ command: 'device identify D', path: '/v1/blink', status: 200 },
	{ command: 'device restart D', path: '/v1/restart', body: { appId: app }, status: 200 },
	...['restart', 'stop', 'start'].map((verb) => ({
		command: `device ${verb === 'restart' ? 'restart D --service web' : `${verb}-service D web`}`,
		path: `/v2/applications/${app}/${verb}-service`,
		body: { appId: app, imageId: webImage },
		status: 200,
	})),
	{ command: 'device reboot D', path: '/v1/reboot', body: { force: false }, status: 202 },
	{ command: 'device reboot D --force', path: '/v1/reboot', body: { force: true }, status: 202 },
	{ command: 'device shutdown D', path: '/v1/shutdown', body: { force: false }, status: 202 },
	{ command: 'device purge D', path: '/v1/purge', body: { appId: app }, status: 200 },
	{ command: 'fleet purge F', path: '/v1/purge', body: { appId: appText }, status: 200 },
	{ command: 'env set, device pin, local-mode', path: '/v1/update', status: 204 },
	{ command: 'ping, of the library', path: '/ping', method: 'GET', status: 200 },
	{ command: 'getSupervisorState, of the library', path: '/v1/device', method: 'GET', status: 200 },
];

describe('the cloud in between', () => {
	let server: HttpServer;
	before(async () => {
		server = createServer(apiOf(depsGiven('settled')));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});

	/** As the cloud calls: the key in the query, `Connection: close`, headers of its own. */
	async function call({ path, body, method = 'POST' }: ClientCall): Promise<SupervisorAnswer> {
		const text = body === undefined ? '' : JSON.stringify(body);
		const { port } = server.address() as AddressInfo;
		return new Promise((resolve, reject) => {
			const outgoing = send({
				...{ host: '127.0.0.1', port, method, agent: false },
				path: `${path}?apikey=${keys.global}`,
				headers: {
					host: `${'d'.repeat(32)}.balena:48484`,
					'content-length': Buffer.byteLength(text),
					traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
					'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
			});
			outgoing.once('error', reject);
			outgoing.once('response', (response) => {
				let answer = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => (answer += chunk));
				const { statusCode: status = 0, headers } = response;
				const contentType = headers['content-type'] ?? '';
				response.once('end', () => resolve({ status, contentType, body: answer }));
			});
			outgoing.end(text);
		});
	}

	for (const one of clientCalls) {
		it(`must get ${one.status} for: ${one.command}`, async () => {
			const answer = await call(one);
			expect(answer.status, answer.body).to.equal(one.status);
			expect(toPassedAnswer(answer)).to.include({ status: one.status, body: answer.body });
		});
	}

	it('must let through every text that the endpoints answer, with its status', () => {
		const texts = readRecordings().flatMap(({ endpoint, cases }) =>
			cases.flatMap(({ name, response }) => {
				if (response?.text === undefined || response.type !== 'text/plain') return [];
				const body = String(fillIn(response.text, names)).replaceAll(/<\w+>/g, 'x');
				return [{ of: `${endpoint}: ${name}`, status: response.status, body }];
			}),
		);
		expect(texts.length).to.be.above(50);
		const lost = texts.filter(({ status, body }) => {
			const passed = toPassedAnswer({ status, contentType: 'text/plain; charset=utf-8', body });
			return passed.status !== status || passed.body !== body;
		});
		expect(lost).to.deep.equal([]);
	});
});
