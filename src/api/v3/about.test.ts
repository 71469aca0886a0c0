import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import request from 'supertest';
import { errorCodes } from '../../kit/error-codes.ts';
import { depsOf, globalKey } from '../testing/fixture.ts';
import { apiOf } from '../testing/serve.ts';
import { v3Routes } from './routes.ts';
import { createConformance } from './testing/conforms.ts';

function agent(): ReturnType<typeof request> {
	return request(apiOf(depsOf({ log: [] })));
}

describe('v3 about itself', () => {
	const conforms = createConformance();

	it('must serve an OpenAPI 3.1 document that a validator accepts, to anybody', async () => {
		const answer = await agent().get('/v3/openapi.json');
		conforms('GET /v3/openapi.json', answer);
		const verdict = await new Validator().validate(answer.body as Record<string, unknown>);
		expect(verdict).to.deep.equal({ valid: true });
		expect(answer.body).to.have.property('openapi', '3.1.0');
	});

	it('must name every call once', () => {
		const names = v3Routes(depsOf({ log: [] })).map(({ operationId }) => operationId);
		expect(new Set(names).size).to.equal(names.length);
	});

	it('must have a place for every code of a problem', async () => {
		const { text, type } = await agent().get('/v3/errors');
		expect(type).to.equal('text/html');
		for (const code of Object.keys(errorCodes)) expect(text).to.include(`id="${code}"`);
	});

	it('must tell a missing key as a problem document', async () => {
		const answer = await agent().get('/v3/status?apikey=secret');
		expect(answer.type).to.equal('application/problem+json');
		expect(answer.body).to.deep.equal({
			type: '/v3/errors#UNAUTHORIZED',
			title: 'The API key is missing, unknown or out of scope.',
			status: 401,
			detail: 'Unauthorized',
			code: 'UNAUTHORIZED',
			instance: '/v3/status',
			retry: 'never',
		});
	});

	it('must tell an unknown path as a problem document', async () => {
		const answer = await agent().get(`/v3/nothing?apikey=${globalKey}`);
		expect(answer.status).to.equal(404);
		expect(answer.body).to.include({
			code: 'NO_SUCH_ENDPOINT',
			detail: 'There is no GET /v3/nothing',
		});
	});
});
