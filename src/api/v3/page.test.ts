import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { silentLogger } from '../../kit/logger.ts';
import type { Problem } from '../../model/v3/problem.ts';
import { createObstacle } from '../obstacle.ts';
import { createApi } from '../server.ts';
import { depsOf } from '../testing/fixture.ts';
import type { PageFile } from './deps.ts';
import { serve, type Served } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

const files: Readonly<Record<string, string>> = {
	'index.html': '<!doctype html><title>x</title>',
	'docs.html': '<!doctype html><title>docs</title>',
	'app.js': 'start();',
};

function servePage(): Served {
	const { v3 } = depsOf({ log: [] });
	return serve({
		v3: {
			...v3,
			pageFile: (name) => {
				const content = files[name];
				if (content === undefined) return Promise.resolve(undefined);
				return Promise.resolve({
					etag: `"${name}"`,
					read: () => Promise.resolve(gzipSync(content)),
				});
			},
		},
	});
}

describe('the page', () => {
	it('must be served without a key, and allow no foreign content', async () => {
		const { status, text, headers, type } = await servePage().ask('GET /', { key: null });
		expect([status, text, type]).to.deep.equal([200, files['index.html'], 'text/html']);
		expect(headers['content-security-policy']).to.include("default-src 'none'");
		expect(headers['content-security-policy']).not.to.include('unsafe');
		expect(headers).to.include({ 'content-encoding': 'gzip', etag: '"index.html"' });
	});

	it('must be there while the device is not ready, and what is wrong with it told', async () => {
		const obstacle = createObstacle();
		obstacle.set('config.json: no such file');
		const pageFile = (): Promise<PageFile> =>
			Promise.resolve({ etag: '"x"', read: () => Promise.resolve(gzipSync('x')) });
		const ready = new Promise<never>(() => undefined);
		const agent = request(createApi({ ready, obstacle, pageFile, log: silentLogger }));
		expect((await agent.get('/')).status).to.equal(200);
		const answer = await agent.get('/v3/status');
		const { detail } = answer.body as Problem;
		expect([answer.status, detail]).to.deep.equal([503, 'config.json: no such file']);
	});

	it('must unpack its files for clients that cannot', async () => {
		const encoding = { 'Accept-Encoding': 'identity' };
		const answer = await servePage().ask('GET /page/app.js', { key: null, headers: encoding });
		expect(answer.headers).not.to.have.property('content-encoding');
		expect(answer.text).to.equal('start();');
	});

	it('must send nothing anew that the client has', async () => {
		const headers = { 'If-None-Match': '"app.js"' };
		const answer = await servePage().ask('GET /page/app.js', { key: null, headers });
		expect(answer.status).to.equal(304);
	});

	it('must show the viewer of the document', async () => {
		const answer = await servePage().ask('GET /v3/docs', { key: null });
		createConformance()('GET /v3/docs', { ...answer, body: answer.text });
		expect(answer.text).to.equal(files['docs.html']);
	});

	for (const name of ['nothing.js', '..%2f..%2fpackage.json', 'index.html.gz', 'constructor']) {
		it(`must have nothing at /page/${name}`, async () => {
			const answer = await servePage().ask(`GET /page/${name}`, { key: null });
			expect(answer.status).to.equal(404);
		});
	}
});
