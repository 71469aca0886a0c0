import { expect } from 'chai';
import { appKey } from '../testing/fixture.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

const operation = 'GET /v3/apps/{uuid}/services/{name}/logs';
const path = '/v3/apps/uuid-1/services/main/logs';

describe(operation, () => {
	const conforms = createConformance();

	it('must give a JSON object a line', async () => {
		const { ask, calls } = serve();
		const { status, type, text } = await ask(`GET ${path}`);
		const lines = text.trim().split('\n');
		for (const line of lines)
			conforms(operation, { status, type, body: JSON.parse(line) as object });
		expect(lines).to.have.length(2);
		expect(lines[1]).to.equal(
			'{"at":"2026-01-01T00:00:02.000000001Z","message":"ouch","isStdErr":true}',
		);
		expect(calls.log).to.deep.equal(['logs c1 - false -']);
	});

	it('must give text, follow, and begin where it is told', async () => {
		const { ask, calls } = serve();
		const query = 'follow=1&format=text&since=2026-01-01T00:00:00.123456789Z&tail=5';
		const answer = await ask(`GET ${path}?${query}`);
		conforms(operation, { status: answer.status, type: answer.type, body: answer.text });
		expect(answer.text).to.equal('hello\nouch\n');
		expect(calls.log).to.deep.equal(['logs c1 2026-01-01T00:00:00.123456789Z true 5']);
	});

	it('must follow from the last hundred lines', async () => {
		const { ask, calls } = serve();
		await ask(`GET ${path}?follow=true`);
		expect(calls.log).to.deep.equal(['logs c1 - true 100']);
	});

	const refusals = [
		{ name: 'an app of which it knows nothing', at: '/v3/apps/x/services/main/logs', status: 404 },
		{ name: 'a service without a container', at: '/v3/apps/uuid-2/services/web/logs', status: 404 },
		{ name: 'a number that is none', at: `${path}?tail=all`, status: 400 },
		{ name: 'a time that is none', at: `${path}?since=yesterday`, status: 400 },
	];
	for (const { name, at, status } of refusals) {
		it(`must refuse ${name}`, async () => {
			const answer = await serve().ask(`GET ${at}`);
			conforms(operation, answer);
			expect(answer.status).to.equal(status);
		});
	}

	it('must know no app that the key does not reach', async () => {
		const answer = await serve().ask('GET /v3/apps/uuid-2/services/web/logs', { key: appKey });
		expect(answer.body).to.include({ code: 'APP_NOT_FOUND' });
	});
});
