import { expect } from 'chai';
import type { Request, Response } from 'express';
import request from 'supertest';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { silentLogger, type Logger } from '../kit/logger.ts';
import type { ApiDeps } from './deps.ts';
import { createGate } from './gate.ts';
import { appKey, depsOf, globalKey } from './testing/fixture.ts';
import { apiOf } from './testing/serve.ts';

function serve(overrides: Partial<ApiDeps> = {}, log: Logger = silentLogger) {
	return request(apiOf(depsOf({ log: [] }, overrides), { log }));
}

describe('the gate of the local API', () => {
	/** A request from another machine. @returns the code and text of its refusal, or `passed` */
	async function knock(gate: ReturnType<typeof createGate>, key: string): Promise<string> {
		const from = { query: {}, socket: { remoteAddress: '10.0.0.9' } };
		const given = { ...from, headers: { authorization: `Bearer ${key}` } } as unknown as Request;
		const response = { locals: {} } as unknown as Response;
		try {
			await gate(given, response, () => undefined);
			return 'passed';
		} catch (err) {
			return err instanceof SupervisorError
				? `${err.code} ${err.retryAfterMs ?? ''}`
				: messageOf(err);
		}
	}

	it('must tell whoever sends too many wrong keys to wait, but not the holder of a good one', async () => {
		const gate = createGate(depsOf({ log: [] }), { monotonicMs: () => 0 });
		const told: string[] = [];
		for (let times = 0; times < 21; times += 1) told.push(await knock(gate, `wrong${times}`));
		expect(told.slice(0, 20)).to.deep.equal(Array(20).fill('UNAUTHORIZED '));
		expect(told[20]).to.equal('TOO_MANY_WRONG_KEYS 3000');
		expect(await knock(gate, globalKey)).to.equal('passed');
	});

	it('must answer 503 when the keys cannot be read', async () => {
		const failure = new SupervisorError('findApiKey failed: (disk)', { code: 'STORE_FAILED' });
		const { keys } = depsOf({ log: [] });
		const agent = serve({ keys: { ...keys, findApiKey: () => Promise.reject(failure) } });
		const answer = await agent.get(`/v1/device?apikey=${globalKey}`);
		expect(answer.status).to.equal(503);
		expect(answer.text).to.equal('Unexpected error: findApiKey failed: disk');
	});

	it('must refuse the verbs of the device to the key of an app under strict scopes', async () => {
		const agent = serve({ isStrict: () => true });
		const refused = await agent.post(`/v1/reboot?apikey=${appKey}`);
		expect(refused.status).to.equal(401);
		expect(refused.body).to.deep.equal({
			status: 'failed',
			message: 'Unauthorized: this needs a key with the scope host',
		});
		expect((await agent.get(`/v2/applications/1/state?apikey=${appKey}`)).status).to.equal(200);
		expect((await agent.post(`/v1/reboot?apikey=${globalKey}`)).status).to.equal(202);
	});

	const pages: {
		headers: Record<string, string>;
		isOpen: boolean;
		key?: string;
		status: number;
	}[] = [
		{ headers: {}, isOpen: true, status: 200 },
		{ headers: { Host: 'evil.example:48484' }, isOpen: true, status: 421 },
		{ headers: { Origin: 'http://evil.example' }, isOpen: true, status: 401 },
		{ headers: { Host: 'evil.example' }, isOpen: true, key: 'wrong', status: 421 },
		{ headers: { Host: 'evil.example' }, isOpen: true, key: appKey, status: 200 },
		{ headers: { Host: 'evil.example' }, isOpen: false, key: appKey, status: 200 },
		{ headers: { Origin: 'http://evil.example' }, isOpen: false, key: appKey, status: 200 },
	];
	for (const { headers, isOpen, key, status } of pages) {
		const name = `${JSON.stringify(headers)}, ${isOpen ? 'open' : 'closed'}, ${key ?? 'no key'}`;
		it(`must answer ${status} to a browser's request: ${name}`, async () => {
			const sent = serve({ isOpen: () => isOpen })
				.get('/v2/version')
				.set(headers);
			const answer = await (key === undefined ? sent : sent.auth(key, { type: 'bearer' }));
			expect(answer.status).to.equal(status);
		});
	}
});

describe('the manners of the local API', () => {
	for (const path of ['/ping', '/v2/version', `/v2/version?apikey=${globalKey}`, '/nowhere']) {
		it(`must tell browsers to keep their hands off: ${path}`, async () => {
			const { headers } = await serve().get(path);
			expect(headers).to.include({
				'x-content-type-options': 'nosniff',
				'x-frame-options': 'DENY',
				'referrer-policy': 'no-referrer',
				'cross-origin-resource-policy': 'same-origin',
			});
			expect(headers).to.not.have.property('x-powered-by');
		});
	}

	it('must let nobody keep an answer', async () => {
		const { headers } = await serve().get(`/v2/version?apikey=${globalKey}`);
		expect(headers).to.have.property('cache-control', 'no-store');
	});

	it('must write no key into the log, whatever becomes of the request', async () => {
		const lines: string[] = [];
		const note = (fields: object, message: string): void =>
			void lines.push(`${message} ${JSON.stringify(fields)}`);
		const log: Logger = {
			...silentLogger,
			...{ debug: note, info: note, warn: note, error: note },
			child: () => log,
		};
		const control = {
			...depsOf({ log: [] }).control,
			restartApp: () => Promise.reject(new Error('x')),
		};
		const agent = serve({ control }, log);
		await agent.post(`/v1/restart?apikey=${globalKey}`).send({ appId: 1 });
		await agent.post(`/v1/restart?apikey=${globalKey}`).type('json').send('{');
		await agent.get(`/nowhere?apikey=${globalKey}`);
		await agent.get('/v2/version').auth('wrong-secret', { type: 'bearer' });
		expect(lines.filter((line) => line.startsWith('request answered'))).to.have.length(4);
		expect(lines.join('\n')).to.not.match(new RegExp(`${globalKey}|secret|apikey`));
	});
});
