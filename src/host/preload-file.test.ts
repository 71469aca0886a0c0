import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { PreloadFile } from '../ports/preload-file.ts';
import { createPreloadFile } from './preload-file.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

describe('createPreloadFile', () => {
	let tree: TempTree;
	let file: PreloadFile;
	beforeEach(async () => {
		tree = await makeTempTree();
		file = createPreloadFile(path.join(tree.root, 'apps.json'));
	});
	afterEach(() => tree.remove());

	for (const { name, files, content } of [
		{ name: 'a missing file', files: {}, content: { kind: 'none' } },
		{ name: 'an empty file', files: { 'apps.json': '\n' }, content: { kind: 'none' } },
		{ name: 'a folder', files: { 'apps.json': null }, content: { kind: 'none' } },
		{ name: 'JSON', files: { 'apps.json': '[1]' }, content: { kind: 'json', json: [1] } },
		{
			name: 'a comment',
			files: { 'apps.json': '{\n/* no */}' },
			content: { kind: 'faulty', fault: 'is not JSON at line 2, column 1' },
		},
		{
			name: 'half a file',
			files: { 'apps.json': '{"apps":' },
			content: { kind: 'faulty', fault: 'is cut off' },
		},
	] as const) {
		it(`must read ${name}`, async () => {
			await tree.write(files);
			expect(await file.read()).to.deep.equal(content);
		});
	}

	it('must keep the content aside and hold nothing once retired', async () => {
		await tree.write({ 'apps.json': '[1]' });
		await file.retire();
		expect(await readFile(`${file.path}.preloaded`, 'utf8')).to.equal('[1]');
		expect(await file.read()).to.deep.equal({ kind: 'json', json: {} });
	});

	it('must say HOST_FAILED when there is nothing to retire', async () => {
		const failure: unknown = await file.retire().catch((err: unknown) => err);
		expect(failure).to.include({ code: 'HOST_FAILED' });
	});
});
