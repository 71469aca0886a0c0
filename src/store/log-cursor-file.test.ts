import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createLogCursorFile } from './log-cursor-file.ts';

describe('createLogCursorFile', () => {
	let folder: string;
	let file: string;
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'hf-log-cursors-'));
		file = path.join(folder, 'cursors');
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const load = (): Promise<unknown> => createLogCursorFile(file).load();

	it('must have nothing where nothing was saved', async () => {
		expect(await load()).to.equal(undefined);
	});

	it('must have what was saved last, also by an earlier process', async () => {
		const first = createLogCursorFile(file);
		for (const a of [1, 2, 3]) await first.save({ a, long: 'x'.repeat(10_000 / a) });
		const second = createLogCursorFile(file);
		expect(await second.load()).to.deep.equal({ a: 3, long: 'x'.repeat(10_000 / 3) });
		await second.save({ a: 4 });
		expect(await load()).to.deep.equal({ a: 4 });
	});

	it('must fall back on what was saved before, when a power cut damaged the last', async () => {
		const store = createLogCursorFile(file);
		await store.save({ a: 1 });
		await store.save({ a: 2 });
		await truncate(`${file}.0`, 12);
		expect(await load()).to.deep.equal({ a: 1 });
		const text = await readFile(`${file}.1`, 'utf8');
		await writeFile(`${file}.1`, text.replace('"a":1', '"a":7'));
		expect(await load()).to.equal(undefined);
	});

	it('must not grow with the number of savings', async () => {
		const store = createLogCursorFile(file);
		for (let a = 0; a < 50; a++) await store.save({ a });
		expect((await stat(`${file}.0`)).size).to.be.below(200);
	});

	it('must say that it cannot write', async () => {
		const store = createLogCursorFile(path.join(folder, 'absent', 'cursors'));
		const failure: unknown = await store.save({}).catch((err: unknown) => err);
		expect(failure).to.have.property('code', 'STORE_FAILED');
	});
});
