import { expectAnswer, type AnswerCase } from '../testing/serve.ts';

describe('the endpoints of the supervisor itself', () => {
	const cases: AnswerCase[] = [
		{
			name: 'health without a key',
			call: ['get', '/v1/healthy'],
			key: null,
			status: 200,
			text: 'OK',
		},
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
			name: 'update with no members, as some languages write them',
			call: ['post', '/v1/update', []],
			status: 202,
			did: ['update false false'],
		},
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
	}
});
