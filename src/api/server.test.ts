import { expect } from 'chai';
import request from 'supertest';
import { SupervisorError, UpdatesLockedError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import type { ApiDeps } from './deps.ts';
import { createObstacle } from './obstacle.ts';
import { createApi } from './server.ts';
import { depsOf, globalKey, type Calls } from './testing/fixture.ts';
import { expectAnswer, serve, type AnswerCase } from './testing/serve.ts';

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

	const cases: AnswerCase[] = [
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
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
	}

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
});
