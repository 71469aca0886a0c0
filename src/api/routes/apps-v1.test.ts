import { expect } from 'chai';
import type { ObservedContainer } from '../../model/observed.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import { appKey, depsOf, globalKey } from '../testing/fixture.ts';
import { expectAnswer, serve, type AnswerCase } from '../testing/serve.ts';

describe('the endpoints of apps, v1', () => {
	const cases: AnswerCase[] = [
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
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
	}

	/** The device of the fixture with these containers of its first app. */
	const running = (...containers: Partial<ObservedContainer>[]): (() => DeviceSnapshot) => {
		const snapshot = depsOf({ log: [] }).snapshot();
		const { observed } = snapshot;
		const [one] = observed?.containers ?? [];
		if (observed === undefined || one === undefined) throw new Error('no container');
		const seen = containers.map((container) => ({ ...one, ...container }));
		return () => ({ ...snapshot, observed: { ...observed, containers: seen } });
	};
	const old = { containerId: 'c0', name: 'main_900_9_commit0', createdAtSec: 1 };

	it('must tell the container of the release before until that of the new one is there', async () => {
		const told = async (...containers: Partial<ObservedContainer>[]): Promise<unknown> => {
			const { agent } = serve({ snapshot: running(...containers) });
			return (await agent.get(`/v1/apps/1?apikey=${globalKey}`)).body;
		};
		expect(await told(old)).to.include({ containerId: 'c0', commit: 'commit0', releaseId: 9 });
		expect(await told(old, {})).to.include({ containerId: 'c1', commit: 'commit1' });
	});
});
