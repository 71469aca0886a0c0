import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../..');

describe('tools/build/page.mjs', () => {
	let folder = '';
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'hf-page-build-'));
		const script = join(root, 'tools/build/page.mjs');
		execFileSync(process.execPath, [script, '--outdir', join(folder, 'page')]);
	});
	after(() => rm(folder, { recursive: true }));

	const packed = (name: string): Promise<Buffer> => readFile(join(folder, 'page', `${name}.gz`));

	it('must stay below 60 KB on the wire', async () => {
		const files = await Promise.all(['index.html', 'app.js', 'app.css', 'icon.svg'].map(packed));
		const bytes = files.reduce((sum, file) => sum + file.length, 0);
		expect(bytes).to.be.below(60_000);
	});

	it('must bring all that the pages name', async () => {
		for (const page of ['index.html', 'docs.html']) {
			const html = gunzipSync(await packed(page)).toString('utf8');
			const names = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, name = '']) => name);
			expect(names.length).to.be.greaterThan(2);
			for (const name of names) {
				expect(name).to.match(/^\/page\/[\w.]+$/);
				expect((await packed(name.slice('/page/'.length))).length).to.be.greaterThan(0);
			}
		}
	});
});
