import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
		expect(file?.etag).to.match(/^"6-\w+"$/);
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
