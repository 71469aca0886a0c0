import { expect } from 'chai';
import request from 'supertest';
import { SupervisorError, UpdatesLockedError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { createStateBoard } from '../loop/board.ts';
import type { ApiDeps } from './deps.ts';
import { createObstacle } from './obstacle.ts';
import { createApi } from './server.ts';
import { appKey, depsOf, globalKey, type Calls } from './testing/fixture.ts';

function serve(overrides: Partial<ApiDeps> = {}): {
	agent: ReturnType<typeof request>;
	calls: Calls;
} {
	const calls: Calls = { log: [] };
	const app = createApi({
		ready: Promise.resolve(depsOf(calls, overrides)),
		obstacle: createObstacle(),
		log: silentLogger,
	});
	return { agent: request(app), calls };
}

describe('the local API', () => {
	it('must answer /ping before anything else is ready, and tell the obstacle elsewhere', async () => {
		const obstacle = createObstacle();
		const ready = new Promise<ApiDeps>(() => undefined);
		const app = createApi({ ready, obstacle, log: silentLogger });
		const early = request(app).get('/v1/device').then();
		const answer = await request(app).get('/ping');
		expect(answer.status).to.equal(200);
		expect(answer.text).to.equal('OK');
		obstacle.set('config.json: no such file');
		for (const other of [await early, await request(app).get('/v1/device')]) {
			expect(other.status).to.equal(503);
			expect(other.body).to.deep.equal({ status: 'failed', message: 'config.json: no such file' });
		}
	});

	interface Case {
		name: string;
		call: [method: 'get' | 'post', path: string, body?: object];
		key?: string | null;
		status: number;
		text?: string;
		json?: unknown;
		did?: string[];
	}

	const cases: Case[] = [
		{
			name: 'health without a key',
			call: ['get', '/v1/healthy'],
			key: null,
			status: 200,
			text: 'OK',
		},
		{
			name: 'a missing key',
			call: ['get', '/v1/device'],
			key: null,
			status: 401,
			text: 'Unauthorized',
		},
		{
			name: 'an unknown key',
			call: ['get', '/v1/device'],
			key: 'nope',
			status: 401,
			text: 'Unauthorized',
		},
		{
			name: 'an unknown route without a key',
			call: ['get', '/v9/x'],
			key: null,
			status: 401,
			text: 'Unauthorized',
		},
		{ name: 'an unknown route with a key', call: ['get', '/v9/x'], status: 404 },
		{
			name: 'the version',
			call: ['get', '/v2/version'],
			status: 200,
			json: { status: 'success', version: '20.0.0' },
		},
		{
			name: 'update without instant updates',
			call: ['post', '/v1/update'],
			status: 202,
			did: ['update false false'],
		},
		{
			name: 'update with force as text',
			call: ['post', '/v1/update', { force: 'true', cancel: 1 }],
			status: 204,
			did: ['update true true'],
		},
		{
			name: 'reboot',
			call: ['post', '/v1/reboot'],
			status: 202,
			json: { Data: 'OK', Error: null },
			did: ['reboot false'],
		},
		{
			name: 'shutdown by force, with the key of an app',
			call: ['post', '/v1/shutdown', { force: 'true' }],
			key: appKey,
			status: 202,
			json: { Data: 'OK', Error: null },
			did: ['shutdown true'],
		},
		{
			name: 'reboot without a key',
			call: ['post', '/v1/reboot'],
			key: null,
			status: 401,
			text: 'Unauthorized',
		},
		{
			name: 'restart',
			call: ['post', '/v1/restart', { appId: 1 }],
			status: 200,
			text: 'OK',
			did: ['restart 1 false'],
		},
		{
			name: 'restart with the number as text',
			call: ['post', '/v1/restart', { appId: '1', force: true }],
			status: 200,
			text: 'OK',
			did: ['restart 1 true'],
		},
		{
			name: 'restart without a number',
			call: ['post', '/v1/restart', { appId: 'x' }],
			status: 400,
			text: 'Missing app id',
		},
		{
			name: 'restart out of scope',
			call: ['post', '/v1/restart', { appId: 2 }],
			key: appKey,
			status: 401,
			json: { status: 'failed', message: 'Unauthorized' },
		},
		{
			name: 'purge',
			call: ['post', '/v1/purge', { appId: '2' }],
			status: 200,
			json: { Data: 'OK', Error: '' },
			did: ['purge 2 false'],
		},
		{
			name: 'purge without a number',
			call: ['post', '/v1/purge', {}],
			status: 400,
			text: 'Invalid or missing appId',
		},
		{
			name: 'v1 stop',
			call: ['post', '/v1/apps/1/stop'],
			status: 200,
			json: { containerId: 'c1' },
			did: ['stop 1 {} false'],
		},
		{
			name: 'v1 start',
			call: ['post', '/v1/apps/1/start'],
			status: 200,
			json: { containerId: 'c1' },
			did: ['start 1 {}'],
		},
		{
			name: 'v1 stop of a bad number',
			call: ['post', '/v1/apps/x/stop'],
			status: 400,
			text: 'Invalid app id',
		},
		{
			name: 'v1 stop out of scope',
			call: ['post', '/v1/apps/2/stop'],
			key: appKey,
			status: 401,
			text: 'Unauthorized',
		},
		{
			name: 'v1 app',
			call: ['get', '/v1/apps/1'],
			status: 200,
			json: {
				appId: 1,
				commit: 'commit1',
				containerId: 'c1',
				env: { MODE: 'field' },
				imageId: 'sha256:1',
				releaseId: 10,
			},
		},
		{
			name: 'v1 app out of scope',
			call: ['get', '/v1/apps/2'],
			key: appKey,
			status: 401,
			json: { status: 'failed', message: 'Application is not available' },
		},
		{
			name: 'device summary',
			call: ['get', '/v1/device'],
			status: 200,
			json: {
				api_port: 48484,
				ip_address: '10.0.0.2',
				os_version: 'OS',
				mac_address: '02:00',
				supervisor_version: '20.0.0',
				update_pending: false,
				update_failed: false,
				update_downloaded: false,
				commit: 'commit1',
				status: 'Downloading',
				download_progress: 41,
			},
		},
		{
			name: 'v2 app state of nobody',
			call: ['get', '/v2/applications/9/state'],
			status: 409,
			json: { status: 'failed', message: 'Application ID does not exist: 9' },
		},
		{
			name: 'v2 app state out of scope',
			call: ['get', '/v2/applications/2/state'],
			key: appKey,
			status: 409,
			json: { status: 'failed', message: 'Application ID does not exist: 2' },
		},
		{
			name: 'v2 app state of nonsense',
			call: ['get', '/v2/applications/x/state'],
			status: 400,
			json: { status: 'failed', message: 'Invalid application ID: x' },
		},
		{
			name: 'v2 app state',
			call: ['get', '/v2/applications/1/state'],
			status: 200,
			json: {
				commit: 'commit1',
				local: {
					'1': {
						services: { '1000': { status: 'Running', releaseId: 10, download_progress: null } },
					},
				},
			},
		},
		{
			name: 'restart-service by name',
			call: ['post', '/v2/applications/2/restart-service', { serviceName: 'web' }],
			status: 200,
			text: 'OK',
			did: ['restartService 2 {"serviceName":"web"}'],
		},
		{
			name: 'stop-service by image',
			call: ['post', '/v2/applications/2/stop-service', { imageId: '2001', force: 'on' }],
			status: 200,
			text: 'OK',
			did: ['stop 2 {"imageId":2001} true'],
		},
		{
			name: 'start-service of the only service',
			call: ['post', '/v2/applications/1/start-service'],
			status: 200,
			text: 'OK',
			did: ['start 1 {}'],
		},
		{
			name: 'service action with a bad number',
			call: ['post', '/v2/applications/x/stop-service'],
			status: 400,
			json: { status: 'failed', message: 'Invalid app id' },
		},
		{
			name: 'service action out of scope',
			call: ['post', '/v2/applications/2/stop-service'],
			key: appKey,
			status: 401,
			json: { status: 'failed', message: 'Unauthorized' },
		},
		{
			name: 'v2 restart',
			call: ['post', '/v2/applications/2/restart', { force: true }],
			status: 200,
			text: 'OK',
			did: ['restart 2 true'],
		},
		{
			name: 'container ids',
			call: ['get', '/v2/containerId'],
			status: 200,
			json: { status: 'success', services: { main: 'c1' } },
		},
		{
			name: 'one container id',
			call: ['get', '/v2/containerId?serviceName=main'],
			status: 200,
			json: { status: 'success', containerId: 'c1' },
		},
		{
			name: 'no container id',
			call: ['get', '/v2/containerId?service=web'],
			status: 503,
			json: { status: 'failed', message: 'Could not find service with that name' },
		},
	];
	for (const { name, call, key, status, text, json, did } of cases) {
		it(`must answer: ${name}`, async () => {
			const { agent, calls } = serve();
			const [method, path, body] = call;
			const sent = agent[method](path);
			if (key !== null) void sent.set('Authorization', `Bearer ${key ?? globalKey}`);
			const answer = await (body === undefined ? sent : sent.send(body));
			expect(answer.status, answer.text).to.equal(status);
			if (text !== undefined) expect(answer.text).to.equal(text);
			if (json !== undefined) expect(answer.body).to.deep.equal(json);
			expect(calls.log).to.deep.equal(did ?? []);
		});
	}

	it('must name a device local that was given no name yet', async () => {
		const { agent } = serve({ snapshot: () => createStateBoard().snapshot() });
		const answer = await agent.get(`/v2/device/name?apikey=${globalKey}`);
		expect(answer.body).to.deep.equal({ status: 'success', deviceName: 'local' });
	});

	it('must take the key from the query before the header, without body and content type', async () => {
		const { agent, calls } = serve();
		const answer = await agent
			.post(`/v1/update?apikey=${globalKey}`)
			.set('Authorization', 'Bearer nope');
		expect(answer.status).to.equal(202);
		expect(calls.log).to.have.length(1);
	});

	it('must take no key while the device is unmanaged or in local mode', async () => {
		const { agent } = serve({ isOpen: () => true });
		expect((await agent.get('/v2/version')).status).to.equal(200);
	});

	it('must read form bodies', async () => {
		const { agent, calls } = serve();
		await agent.post(`/v1/restart?apikey=${globalKey}`).type('form').send({ appId: '1' });
		expect(calls.log).to.deep.equal(['restart 1 false']);
	});

	it('must refuse broken JSON with 400 and too large a body with 413', async () => {
		const { agent } = serve();
		const broken = await agent
			.post(`/v1/restart?apikey=${globalKey}`)
			.type('json')
			.send('{"appId":');
		expect(broken.status).to.equal(400);
		expect(broken.body).to.have.property('status', 'failed');
		const large = await agent
			.post(`/v1/restart?apikey=${globalKey}`)
			.type('json')
			.send(`"${'x'.repeat(11e6)}"`);
		expect(large.status).to.equal(413);
	});

	it('must list two apps of one name side by side, and only those the key reaches', async () => {
		const { agent } = serve();
		const all = await agent.get(`/v2/applications/state?apikey=${globalKey}`);
		expect(Object.keys(all.body as object)).to.deep.equal(['same-name', 'same-name (uuid-2)']);
		expect(all.body).to.have.nested.property(
			'same-name (uuid-2).services.web.downloadProgress',
			41,
		);
		const own = await agent.get(`/v2/applications/state?apikey=${appKey}`);
		expect(Object.keys(own.body as object)).to.deep.equal(['same-name']);
	});

	const refusals = [
		{ code: 'APP_NOT_FOUND', v1: 400, v2: 404 },
		{ code: 'SERVICE_NOT_FOUND', v1: 400, v2: 404 },
		{ code: 'SERVICE_NOT_IN_TARGET', v1: 404, v2: 404 },
		{ code: 'BAD_REQUEST', v1: 400, v2: 400 },
	] as const;
	for (const { code, v1, v2 } of refusals) {
		it(`must tell ${code} as plain text: ${v1} in v1, ${v2} in v2`, async () => {
			const { control } = depsOf({ log: [] });
			const refuse = (): Promise<never> =>
				Promise.reject(new SupervisorError(`text of case ${v1}`, { code }));
			const { agent } = serve({ control: { ...control, stopService: refuse } });
			const answers = [
				await agent.post(`/v1/apps/1/stop?apikey=${globalKey}`),
				await agent.post(`/v2/applications/1/stop-service?apikey=${globalKey}`),
			];
			expect(answers.map(({ status, text }) => [status, text])).to.deep.equal([
				[v1, `text of case ${v1}`],
				[v2, `text of case ${v1}`],
			]);
		});
	}

	const failures = [
		{ err: new UpdatesLockedError('Lockfile exists for { appId: 1, service: main }'), status: 423 },
		{ err: new SupervisorError('no space left', { code: 'NO_SPACE' }), status: 503 },
		{ err: new Error('a defect'), status: 503 },
	];
	for (const { err, status } of failures) {
		it(`must answer ${status} for ${err.message}`, async () => {
			const calls: Calls = { log: [] };
			const deps = depsOf(calls);
			const { agent } = serve({
				control: { ...deps.control, restartApp: () => Promise.reject(err) },
			});
			const answer = await agent.post(`/v1/restart?apikey=${globalKey}`).send({ appId: 1 });
			expect(answer.status).to.equal(status);
			expect(answer.body).to.deep.equal({ status: 'failed', message: err.message });
		});
	}

	const downs = [
		{ err: new UpdatesLockedError('Waiting for Host OS update to finish'), status: 423 },
		{ err: new SupervisorError('no bus', { code: 'HOST_FAILED' }), status: 500 },
		{ err: new Error('a defect'), status: 500 },
	];
	for (const { err, status } of downs) {
		it(`must answer ${status} to an order to reboot for ${err.message}`, async () => {
			const deps = depsOf({ log: [] });
			const { agent } = serve({
				control: { ...deps.control, goDown: () => Promise.reject(err) },
			});
			const answer = await agent.post(`/v1/reboot?apikey=${globalKey}`);
			expect(answer.status).to.equal(status);
			expect(answer.body).to.deep.equal({ Data: '', Error: err.message });
		});
	}
});
