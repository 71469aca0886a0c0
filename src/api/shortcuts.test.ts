import { expect } from 'chai';
import express from 'express';
import supertest from 'supertest';
import { silentLogger } from '../kit/logger.ts';
import { routesOf, createApi } from './server.ts';
import { createShortcuts } from './shortcuts.ts';
import { appKey, depsOf, globalKey } from './testing/fixture.ts';

const deps = depsOf({ log: [] });
const reads = routesOf(deps).filter(({ method }) => method === 'get');

describe('shortcuts', () => {
	const none = { current: () => undefined, appeared: () => new Promise<void>(() => undefined) };
	const api = createApi({ ready: Promise.resolve(deps), obstacle: none, log: silentLogger });
	const ask = (path: string, key: string) => supertest(api).get(path).auth(key, { type: 'bearer' });

	it('must lead nowhere but where the router leads', () => {
		const plain = reads.filter(({ path }) => /^[\w/-]+$/.test(path));
		for (const { path } of plain) {
			const alike = reads.filter(({ path: pattern }) =>
				new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`, 'i').test(path),
			);
			expect(alike.map((route) => route.path)).to.deep.equal([path]);
		}
		expect(plain).not.to.be.empty;
	});

	for (const path of ['/v1/device', '/v2/state/status', '/v2/applications/state', '/v3/status']) {
		it(`must answer as the router does: ${path}`, async () => {
			for (const key of [globalKey, appKey, globalKey, 'wrong']) {
				const direct = await ask(path, key);
				const usual = await ask(path.toUpperCase(), key);
				expect(direct.status).to.equal(key === 'wrong' ? 401 : 200);
				if (key !== 'wrong') expect(direct.text).to.equal(usual.text);
				const { date: _at, ...headers } = direct.headers as Record<string, string>;
				expect(usual.headers).to.include(headers);
			}
		});
	}

	it('must leave requests with a body, and all but GET, to the router', () => {
		const find = createShortcuts(reads, express.json());
		const request = (method: string, headers: object) =>
			Object.assign(Object.create(express.request) as express.Request, {
				...{ method, headers, url: '/v1/device' },
			});
		expect(find(request('GET', {}))).to.be.a('function');
		expect(find(request('HEAD', {}))).to.equal(undefined);
		expect(find(request('GET', { 'content-length': '2' }))).to.equal(undefined);
		expect(find(request('GET', { 'transfer-encoding': 'chunked' }))).to.equal(undefined);
	});

	it('must give nobody the listing of a caller who sees more', async () => {
		const seen = async (key: string): Promise<number[]> => {
			const { text } = await ask('/v2/applications/state', key);
			const apps = JSON.parse(text) as Record<string, { appId: number }>;
			return Object.values(apps).map(({ appId }) => appId);
		};
		expect(await seen(globalKey)).to.deep.equal([1, 2]);
		expect(await seen(appKey)).to.deep.equal([1]);
		expect(await seen(globalKey)).to.deep.equal([1, 2]);
	});
});
