import { expect } from 'chai';
import type { Response } from 'supertest';
import { SupervisorError } from '../../kit/errors.ts';
import { appKey, depsOf } from '../testing/fixture.ts';
import { serve, type Served } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

const path = '/v3/device/apps/{uuid}';
const app = { id: 1, name: 'a', releases: {} };

describe(path, () => {
	const conforms = createConformance();

	it('must give the target of an app', async () => {
		const answer = await serve().ask('GET /v3/device/apps/uuid-1');
		conforms(`GET ${path}`, answer);
		expect(answer.body).to.include({ id: 1, name: 'same-name' });
	});

	it('must set the target of an app, and say how long it holds', async () => {
		const { ask, calls } = serve();
		const answer = await ask('POST /v3/device/apps/new?force=1', { body: app });
		conforms(`POST ${path}`, answer);
		expect(answer.status).to.equal(202);
		expect(answer.body).to.deep.equal({ appUuid: 'new', holds: 'untilNextPoll' });
		expect(calls.log).to.deep.equal([`set new ${JSON.stringify(app)} true`]);
	});

	it('must take an app away', async () => {
		const { ask, calls } = serve();
		const answer = await ask('DELETE /v3/device/apps/uuid-2');
		conforms(`DELETE ${path}`, answer);
		expect(answer.status).to.equal(202);
		expect(calls.log).to.deep.equal(['remove uuid-2 false']);
	});

	for (const method of ['GET', 'POST', 'DELETE']) {
		it(`must not ${method} an app that the key does not reach`, async () => {
			const { ask, calls } = serve();
			const body = method === 'POST' ? { body: app } : {};
			const answer = await ask(`${method} /v3/device/apps/uuid-2`, { key: appKey, ...body });
			conforms(`${method} ${path}`, answer);
			expect(answer.status).to.equal(404);
			expect(calls.log).to.deep.equal([]);
		});
	}

	const failures = [
		{ code: 'TARGET_INVALID', status: 400 },
		{ code: 'TARGET_NOT_SETTABLE', status: 409 },
		{ code: 'STORE_FAILED', status: 503 },
	] as const;
	for (const { code, status } of failures) {
		it(`must tell ${code}`, async () => {
			const { v3 } = depsOf({ log: [] });
			const set = (): Promise<never> => Promise.reject(new SupervisorError('no', { code }));
			const { ask } = serve({ v3: { ...v3, appTargets: { ...v3.appTargets, set } } });
			const answer = await ask('POST /v3/device/apps/uuid-1', { body: app });
			conforms(`POST ${path}`, answer);
			expect(answer.body).to.include({ status, code });
		});
	}
});

describe(`bundles at ${path}`, () => {
	const conforms = createConformance();
	const headers = { 'Content-Type': 'application/vnd.holdfast.bundle+tar' };
	const send = (served: Served, options: object = {}, uuid = 'new'): Promise<Response> =>
		served.ask(`POST /v3/device/apps/${uuid}?force=1`, {
			bytes: Buffer.alloc(3e5),
			headers,
			...options,
		});

	it('must be taken as they come, of either type', async () => {
		const served = serve();
		conforms(`POST ${path}`, await send(served));
		const answer = await send(served, { headers: { 'Content-Type': 'application/x-tar; x=1' } });
		conforms(`POST ${path}`, answer);
		expect(answer.status).to.equal(202);
		const noted = 'import 300000 bytes new true';
		expect(served.calls.log).to.deep.equal([noted, noted]);
	});

	it('must be found by their path on the device', async () => {
		const { ask, calls } = serve();
		const answer = await ask('POST /v3/device/apps/new', { body: { bundle: '/mnt/a.tar' } });
		conforms(`POST ${path}`, answer);
		expect(answer.status).to.equal(202);
		expect(calls.log).to.deep.equal(['import /mnt/a.tar new false']);
	});

	it('must be refused where the key does not reach their app', async () => {
		const served = serve();
		const answer = await send(served, { key: appKey }, 'uuid-2');
		conforms(`POST ${path}`, answer);
		expect(answer.status).to.equal(404);
		expect(served.calls.log).to.deep.equal([]);
	});

	it('must not be looked for at a path without the scope of the host', async () => {
		const { ask, calls } = serve({ isStrict: () => true });
		const body = { bundle: '/mnt/a.tar' };
		const answer = await ask('POST /v3/device/apps/uuid-1', { body, key: appKey });
		conforms(`POST ${path}`, answer);
		expect(answer.status).to.equal(401);
		expect(calls.log).to.deep.equal([]);
	});

	for (const code of ['BUNDLE_INVALID', 'BUNDLE_UNSUPPORTED', 'NO_SPACE'] as const) {
		it(`must be refused with ${code}, although most of them was not read`, async () => {
			const { v3 } = depsOf({ log: [] });
			const importBundle = (): Promise<never> =>
				Promise.reject(new SupervisorError('no', { code, retry: 'never' }));
			const served = serve({ v3: { ...v3, bundles: { ...v3.bundles, importBundle } } });
			const answer = await send(served, { bytes: Buffer.alloc(3e6) });
			conforms(`POST ${path}`, answer);
			expect(answer.body).to.include({ code });
		});
	}
});
