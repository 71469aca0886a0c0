import { appKey } from '../testing/fixture.ts';
import { expectAnswer, type AnswerCase } from '../testing/serve.ts';

describe('the endpoints of apps, v2', () => {
	const cases: AnswerCase[] = [
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
			name: 'restart-service of the only service, with a list of no members',
			call: ['post', '/v2/applications/1/restart-service', []],
			status: 200,
			text: 'OK',
			did: ['restartService 1 {}'],
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
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
	}
});
