import { expect } from 'chai';
import { routesOf } from './server.ts';
import { depsOf } from './testing/fixture.ts';
import { changeOfRequest, type SeenRequest } from '../report/history-requests.ts';

const base: SeenRequest = {
	...{ method: 'post', path: '/v3/apps/:uuid/services/:name/stop', status: 204, tookMs: 1 },
	...{ params: { uuid: 'u', name: 'web' }, body: {} },
	by: { kind: 'localApi', scope: 'global' },
};

/** Requests that change nothing for long, or whose effect is written down otherwise. */
const fleeting = [
	'post /v1/blink', // a light
	'post /v1/update', // what the cloud then says is written down
	'post /v2/journal-logs', // reads
	'post /v3/plan', // reads
	'post /v1/tcp-ping',
	'delete /v1/tcp-ping',
];

describe('changeOfRequest', () => {
	it('must know every route of the local API that is no reading one', () => {
		const routes = routesOf(depsOf({ log: [] })).filter(({ method }) => method !== 'get');
		const unknown = routes
			.map(({ method, path }) => `${method} ${path}`)
			.filter((name) => !fleeting.includes(name))
			.filter((name) => {
				const [method = '', path = ''] = name.split(' ');
				return changeOfRequest({ ...base, method, path, status: 200 }) === undefined;
			});
		expect(unknown).to.deep.equal([]);
	});

	it('must name the service', () => {
		expect(changeOfRequest(base)).to.include({ text: 'stop of web', appUuid: 'u', kind: 'stop' });
		const old = {
			...base,
			path: '/v2/applications/:appId/restart-service',
			params: { appId: '7' },
		};
		expect(changeOfRequest({ ...old, body: { serviceName: 'db' } })).to.include({
			...{ text: 'restart of db', appId: 7 },
		});
		expect(changeOfRequest({ ...old, body: { imageId: 9 } })?.text).to.equal('restart of image 9');
	});

	for (const [status, outcome] of [
		[202, 'done'],
		[423, 'refused'],
		[503, 'failed'],
		[400, undefined],
		[401, undefined],
		[404, undefined],
	] as const) {
		it(`must take the status ${status} for ${outcome ?? 'no change'}`, () => {
			expect(changeOfRequest({ ...base, status })?.outcome).to.equal(outcome);
		});
	}
});
