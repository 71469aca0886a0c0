import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { depsOf, globalKey } from '../../src/api/testing/fixture.ts';
import { apiOf } from '../../src/api/testing/serve.ts';
import { createV3Client, DeviceProblem, unwrap } from './client.ts';
import { streamLines } from './stream.ts';

describe('the client of v3', () => {
	const server = createServer(apiOf(depsOf({ log: [] })));
	let baseUrl = '';
	before((done) => {
		server.listen(0, '127.0.0.1', () => {
			baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			done();
		});
	});
	after(() => void server.close());

	it('must ask with its key', async () => {
		const client = createV3Client({ baseUrl, key: () => globalKey });
		const { apps } = await unwrap(client.GET('/v3/status'));
		expect(apps.map(({ name }) => name)).to.deep.equal(['same-name', 'same-name']);
	});

	it('must do what needs no answer', async () => {
		const client = createV3Client({ baseUrl, key: () => globalKey });
		const path = { uuid: 'uuid-2', name: 'web' };
		const body = { force: true };
		const call = client.POST('/v3/apps/{uuid}/services/{name}/stop', { params: { path }, body });
		const { response } = await call;
		expect(response.status).to.equal(204);
		await unwrap(call);
	});

	it('must throw the problem that the device tells', async () => {
		const err: unknown = await unwrap(createV3Client({ baseUrl }).GET('/v3/device')).catch(
			(reason: unknown) => reason,
		);
		expect(err).to.be.instanceOf(DeviceProblem);
		expect((err as DeviceProblem).problem?.code).to.equal('UNAUTHORIZED');
	});

	it('must read a stream line by line', async () => {
		const signal = new AbortController().signal;
		const path = '/v3/apps/uuid-1/services/main/logs?format=text';
		const lines: string[] = [];
		for await (const line of streamLines(path, { baseUrl, key: globalKey, signal }))
			lines.push(line);
		expect(lines).to.deep.equal(['hello', 'ouch']);
	});
});
