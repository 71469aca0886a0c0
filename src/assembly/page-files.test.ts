import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createPageFiles } from './page-files.ts';

describe('createPageFiles', () => {
	let folder = '';
	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'hf-page-'));
		await writeFile(path.join(folder, 'app.js.gz'), 'packed');
		await writeFile(path.join(folder, '..', 'hf-outside.js.gz'), 'secret');
	});
	after(async () => {
		await rm(folder, { recursive: true });
		await rm(path.join(folder, '..', 'hf-outside.js.gz'));
	});

	it('must find a file of the folder', async () => {
		const file = await createPageFiles(folder)('app.js');
		expect(Buffer.from((await file?.read()) ?? []).toString()).to.equal('packed');
		expect(file?.etag).to.match(/^"[\w-]{22}"$/);
	});

	it('must tell a file from another of the same size and time', async () => {
		const etags: unknown[] = [];
		for (const content of ['one', 'two', 'one']) {
			await writeFile(path.join(folder, 'page.html.gz'), content);
			await utimes(path.join(folder, 'page.html.gz'), 0, 0);
			etags.push((await createPageFiles(folder)('page.html'))?.etag);
		}
		expect(etags[0]).to.equal(etags[2]).and.not.to.equal(etags[1]);
	});

	for (const name of [
		'nothing.js',
		'../hf-outside.js',
		'..%2Fhf-outside.js',
		'',
		'.',
		'app.js\0',
	]) {
		it(`must find nothing at ${JSON.stringify(name)}`, async () => {
			expect(await createPageFiles(folder)(name)).to.equal(undefined);
		});
	}
});
