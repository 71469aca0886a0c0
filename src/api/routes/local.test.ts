import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import request from 'supertest';
import { SupervisorError } from '../../kit/errors.ts';
import { aborted } from '../../kit/job.ts';
import { appKey, depsOf, globalKey, type Calls } from '../testing/fixture.ts';
import { apiOf } from '../testing/serve.ts';
import { serve as serveWith } from '../testing/serve.ts';
import type { LocalApi } from './local.ts';

function serve(local: Partial<LocalApi> = {}, isOpen = true) {
	const calls: Calls = { log: [] };
	const deps = depsOf(calls);
	const app = apiOf({ ...deps, isOpen: () => isOpen, local: { ...deps.local, ...local } });
	return { app, agent: request(app), calls };
}

const read = ({ status, text }: { readonly status: number; readonly text: string }) => ({
	status,
	body: JSON.parse(text) as unknown,
});

const targetPath = '/v2/local/target-state';

describe('the endpoints of local mode', () => {
	it('must give the target state to somebody without a key', async () => {
		const { status, body } = read(await serve().agent.get(targetPath));
		expect([status, body]).to.deep.equal([
			200,
			{
				status: 'success',
				state: { local: { name: 'gate-12', config: {}, apps: { '1': {}, '2': {} } } },
			},
		]);
	});

	it('must show the key of a service no app but its own', async () => {
		const { text } = await serve({}, false).agent.get(`${targetPath}?apikey=${appKey}`);
		expect(text).to.include('"apps":{"1":{}}');
	});

	it('must show every app to a key that may only look', async () => {
		const { keys } = depsOf({ log: [] });
		const findApiKey: typeof keys.findApiKey = (key) =>
			Promise.resolve({ key, appId: 0, scopes: [{ type: 'read' }] });
		const { agent } = serveWith({ keys: { ...keys, findApiKey } });
		const { text } = await agent.get(`${targetPath}?apikey=${globalKey}`);
		expect(text).to.include('"apps":{"1":{},"2":{}}');
	});

	it('must take a document and answer OK', async () => {
		const { agent, calls } = serve();
		const document = { local: { apps: {} }, force: true };
		const { status, body } = read(await agent.post(targetPath).send(document));
		expect([status, body]).to.deep.equal([200, { status: 'success', message: 'OK' }]);
		expect(calls.log).to.deep.equal([`local target ${JSON.stringify(document)}`]);
	});

	it('must tell why a document is refused', async () => {
		const refusal = new SupervisorError('local.apps: must be a map', { code: 'TARGET_INVALID' });
		const { agent } = serve({ setTarget: () => Promise.reject(refusal) });
		const { status, body } = read(await agent.post(targetPath).send({ local: {} }));
		expect([status, body]).to.deep.equal([
			400,
			{ status: 'failed', message: 'local.apps: must be a map' },
		]);
	});

	it('must stream a JSON object a line, first of all a greeting', async () => {
		const { text, status, headers } = await serve({ isOn: true }).agent.get('/v2/local/logs');
		expect([status, headers['content-type']]).to.deep.equal([200, 'application/x-ndjson']);
		expect(text.split('\n')).to.deep.equal([
			'{"message":"Streaming logs","isSystem":true}',
			'{"message":"hello","serviceName":"main"}',
			'',
		]);
	});

	it('must show no line but the greeting outside local mode, as the key of any app gets there', async () => {
		const { agent } = serve({ isOn: false }, false);
		const { text } = await agent.get(`/v2/local/logs?apikey=${appKey}`);
		expect(text).to.equal('{"message":"Streaming logs","isSystem":true}\n');
	});

	it('must refuse all of them without a key outside local mode', async () => {
		const { agent } = serve({}, false);
		for (const path of [targetPath, '/v2/local/logs', '/v2/local/device-info']) {
			expect((await agent.get(path)).status, path).to.equal(401);
		}
		const answer = await agent.get(`/v2/local/device-info?apikey=${globalKey}`);
		expect(answer.status).to.equal(200);
	});

	it('must let go of a reader who leaves', async () => {
		let readers = 0;
		const logs = async function* (signal: AbortSignal) {
			readers += 1;
			try {
				yield '{"message":"Streaming logs","isSystem":true}\n';
				await aborted(signal);
			} finally {
				readers -= 1;
			}
		};
		const { app } = serve({ isOn: true, logs });
		const server = app.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		const leave = new AbortController();
		const url = `http://127.0.0.1:${port}/v2/local/logs`;
		const { body } = await fetch(url, { signal: leave.signal });
		const first = await body?.getReader().read();
		expect(Buffer.from(first?.value ?? []).toString()).to.include('Streaming logs');
		expect(readers).to.equal(1);
		leave.abort();
		await eventually(() => readers === 0);
		server.close();
	});
});

async function eventually(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
