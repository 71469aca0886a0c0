import { expect } from 'chai';
import { SupervisorError, UpdatesLockedError } from '../../kit/errors.ts';
import { appKey, depsOf, globalKey } from '../testing/fixture.ts';
import { expectAnswer, serve, type AnswerCase } from '../testing/serve.ts';

describe('the endpoints of power', () => {
	const cases: AnswerCase[] = [
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
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
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
