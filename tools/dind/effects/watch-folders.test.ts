import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FolderWatch } from './watch-folders.ts';
import { watchFolders } from './watch-folders.ts';

describe('watchFolders', () => {
	const root = mkdtempSync(join(tmpdir(), 'watch-folders-'));
	const at = (...path: string[]) => join(root, ...path);
	const ended = new AbortController();
	let watching: FolderWatch;

	before(() => {
		mkdirSync(at('src/inner'), { recursive: true });
		writeFileSync(at('src/inner/a.ts'), '1');
		watching = watchFolders([at('src'), at('absent')], ended.signal);
	});
	after(() => {
		watching.close();
		rmSync(root, { recursive: true });
	});

	/** Resolves with the next change, after everything that `act` does. */
	async function changeAfter(act: () => void): Promise<void> {
		act();
		expect((await watching.changes.next()).value).to.be.a('number');
	}

	it('must tell of a file that is written, also far below', async () => {
		await changeAfter(() => writeFileSync(at('src/inner/a.ts'), '2'));
	});

	it('must tell of a file that another takes the place of, again and again', async () => {
		for (const text of ['3', '4', '5']) {
			await changeAfter(() => {
				writeFileSync(at('new'), text);
				renameSync(at('new'), at('src/inner/a.ts'));
			});
		}
	});

	it('must watch folders that come later', async () => {
		await changeAfter(() => mkdirSync(at('src/later')));
		await changeAfter(() => writeFileSync(at('src/later/b.ts'), '1'));
	});

	it('must end when the signal fires', async () => {
		const next = watching.changes.next();
		ended.abort();
		const { done = false, value } = await next;
		// What came together with the last change may still be told.
		expect(done || typeof value === 'number').to.equal(true);
		if (!done) expect((await watching.changes.next()).done).to.equal(true);
	});
});
