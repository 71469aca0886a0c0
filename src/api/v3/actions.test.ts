import { expect } from 'chai';
import { SupervisorError, UpdatesLockedError } from '../../kit/errors.ts';
import { appKey, depsOf } from '../testing/fixture.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

describe('v3 actions', () => {
	const conforms = createConformance();
	const service = '/v3/apps/{uuid}/services/{name}';

	const cases = [
		{ verb: 'start', did: 'start 2 {"serviceName":"web"}' },
		{ verb: 'stop', did: 'stop 2 {"serviceName":"web"} true' },
		{ verb: 'restart', did: 'restartService 2 {"serviceName":"web"}' },
	];
	for (const { verb, did } of cases) {
		it(`must ${verb} a service`, async () => {
			const { ask, calls } = serve();
			const path = `POST /v3/apps/uuid-2/services/web/${verb}`;
			const answer = await ask(path, { body: { force: true } });
			conforms(`POST ${service}/${verb}`, answer);
			expect(answer.status).to.equal(204);
			expect(calls.log).to.deep.equal([did]);
		});
	}

	for (const verb of ['restart', 'purge']) {
		it(`must ${verb} an app, without force unless told`, async () => {
			const { ask, calls } = serve();
			const answer = await ask(`POST /v3/apps/uuid-2/${verb}`);
			conforms(`POST /v3/apps/{uuid}/${verb}`, answer);
			expect(calls.log).to.deep.equal([`${verb} 2 false`]);
		});
	}

	it('must know no app that the key does not reach', async () => {
		const { ask, calls } = serve();
		const answer = await ask('POST /v3/apps/uuid-2/services/web/stop', { key: appKey });
		conforms(`POST ${service}/stop`, answer);
		expect(answer.body).to.include({ status: 404, code: 'APP_NOT_FOUND' });
		expect(calls.log).to.deep.equal([]);
	});

	it('must tell the lock in the way', async () => {
		const { control } = depsOf({ log: [] });
		const lock = {
			path: '/tmp/x/updates.lock',
			appId: 2,
			serviceName: 'web',
			ownerUid: 0,
			since: 0,
		};
		const refuse = (): Promise<never> =>
			Promise.reject(new UpdatesLockedError('Update lock held by service web', { lock }));
		const { ask } = serve({ control: { ...control, stopService: refuse } });
		const answer = await ask('POST /v3/apps/uuid-2/services/web/stop');
		conforms(`POST ${service}/stop`, answer);
		expect(answer.body).to.deep.include({
			status: 423,
			code: 'UPDATES_LOCKED',
			retry: 'when-unlocked',
			lock: {
				path: lock.path,
				serviceName: 'web',
				ownerUid: 0,
				since: '1970-01-01T00:00:00.000Z',
			},
		});
	});

	it('must refuse what is no flag', async () => {
		const answer = await serve().ask('POST /v3/apps/uuid-2/purge', { body: { force: 'yes' } });
		conforms('POST /v3/apps/{uuid}/purge', answer);
		expect(answer.body).to.include({ status: 400, code: 'BAD_REQUEST' });
	});

	it('must tell what the engine failed with', async () => {
		const { control } = depsOf({ log: [] });
		const refuse = (): Promise<never> =>
			Promise.reject(new SupervisorError('no engine', { code: 'ENGINE_UNAVAILABLE' }));
		const { ask } = serve({ control: { ...control, restartApp: refuse } });
		const answer = await ask('POST /v3/apps/uuid-2/restart');
		conforms('POST /v3/apps/{uuid}/restart', answer);
		expect(answer.body).to.include({ status: 503, retry: 'backoff', detail: 'no engine' });
	});
});
