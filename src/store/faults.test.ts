import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import knex from 'knex';
import { z } from 'zod';
import { silentLogger } from '../kit/logger.ts';
import { storedImage } from '../ports/testing/state-store-contract.ts';
import { createListLogger, makeTempFolder, openAt, type TempFolder } from './testing/temp-store.ts';

/** Fills a database file and closes it. */
async function fill(databasePath: string): Promise<void> {
	const store = await openAt(databasePath, silentLogger);
	await store.saveTarget({ source: 'cloud', document: { filler: 'x'.repeat(50_000) } });
	for (let index = 0; index < 50; index += 1) {
		await store.recordImages([storedImage({ reference: `image-${index}` })]);
	}
	await store.close();
}

describe('the store on failing disks', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let folder: TempFolder;
	beforeEach(async () => {
		folder = await makeTempFolder();
	});
	afterEach(() => folder.remove());

	const asideNames = async (): Promise<string[]> =>
		(await readdir(folder.path)).filter((name) => name.includes('.corrupt-')).sort();

	/** The store opens anew, works, and says in one error line where the former file is. */
	async function expectRebuilt(): Promise<void> {
		const log = createListLogger();
		const store = await openAt(folder.databasePath, log);
		expect(await store.loadTarget()).to.equal(undefined);
		await store.setSetting('works', true);
		expect(await store.getSetting('works')).to.equal(true);
		await store.close();
		const [aside] = await asideNames();
		expect(aside).to.match(/^database\.sqlite\.corrupt-\d{8}T\d{6}Z$/);
		const errors = log.lines.filter(({ level }) => level === 'error');
		expect(errors).to.have.lengthOf(1);
		expect(errors[0]?.fields).to.deep.include({ asidePath: path.join(folder.path, aside ?? '') });
	}

	const damages: { name: string; damage: (file: string) => Promise<void> }[] = [
		{ name: 'text', damage: (file) => writeFile(file, 'this is no database, whatever it is') },
		{ name: 'zeroes', damage: (file) => writeFile(file, Buffer.alloc(8192)) },
		{
			name: 'a header cut short',
			damage: (file) => truncate(file, 60),
		},
		{
			name: 'a file cut in half',
			damage: async (file) => truncate(file, Math.floor((await stat(file)).size / 2)),
		},
		{ name: 'random bytes in its pages', damage: (file) => overwrite(file, 4096, 60_000) },
		{ name: 'random bytes in its header', damage: (file) => overwrite(file, 0, 100) },
	];
	for (const { name, damage } of damages) {
		it(`must set aside ${name} and start anew`, async () => {
			await fill(folder.databasePath);
			await damage(folder.databasePath);
			await expectRebuilt();
		});
	}

	it('must set aside a database of another program', async () => {
		const other = knex({
			client: 'sqlite3',
			connection: { filename: folder.databasePath },
			useNullAsDefault: true,
		});
		await other.raw('CREATE TABLE theirs (id INTEGER)');
		await other.destroy();
		await expectRebuilt();
	});

	it('must set aside a folder in the place of the file', async () => {
		await mkdir(folder.databasePath);
		await expectRebuilt();
	});

	it('must take an empty file as a new one', async () => {
		await writeFile(folder.databasePath, '');
		const store = await openAt(folder.databasePath, silentLogger);
		await store.setSetting('works', true);
		await store.close();
		expect(await asideNames()).to.deep.equal([]);
	});

	it('must keep only the two newest damaged files', async () => {
		for (const stamp of ['20200101T000000Z', '20210101T000000Z', '20220101T000000Z']) {
			await writeFile(`${folder.databasePath}.corrupt-${stamp}`, '');
			await writeFile(`${folder.databasePath}.corrupt-${stamp}-wal`, '');
		}
		await writeFile(folder.databasePath, 'damaged');
		await (await openAt(folder.databasePath, silentLogger)).close();
		expect((await asideNames()).filter((name) => !name.endsWith('-wal'))).to.deep.equal([
			'database.sqlite.corrupt-20220101T000000Z',
			'database.sqlite.corrupt-20260101T000000Z',
		]);
	});

	it('must never crash, whatever byte of the file turns', async function () {
		this.timeout(60_000);
		await fill(folder.databasePath);
		const sound = await readFile(folder.databasePath);
		for (let round = 0; round < 40; round += 1) {
			const damaged = Buffer.from(sound);
			for (let index = 0; index < 20; index += 1) {
				damaged[Math.floor(Math.random() * damaged.length)] = Math.floor(Math.random() * 256);
			}
			await writeFile(folder.databasePath, damaged);
			const store = await openAt(folder.databasePath, silentLogger);
			await store.listImages();
			await store.loadTarget();
			await store.setSetting('works', round);
			expect(await store.getSetting('works')).to.equal(round);
			await store.close();
		}
	});

	it('must say STORE_FAILED where no file can be made', async () => {
		const file = path.join(folder.path, 'file');
		await writeFile(file, '');
		const databasePath = path.join(file, 'database.sqlite');
		const failure: unknown = await openAt(databasePath, silentLogger).catch((err: unknown) => err);
		expect(failure).to.include({ code: 'STORE_FAILED' });
		expect(failure).to.have.property('message').that.includes(`cannot open ${databasePath}: `);
	});

	it('must say STORE_FAILED when a write does not fit, and keep what was there', async function () {
		this.timeout(20_000);
		const said = await writeUntilRefused(folder.databasePath);
		expect(said.at(-1)).to.match(/^STORE_FAILED database: \w+ failed: the disk /);
		const store = await openAt(folder.databasePath, silentLogger);
		expect(await store.getSetting('count')).to.be.at.least(Number(said.at(-2)));
		await store.close();
		expect(await asideNames()).to.deep.equal([]);
	});

	it('must keep every acknowledged write through kill -9', async function () {
		this.timeout(60_000);
		for (let round = 0; round < 6; round += 1) {
			const acknowledged = await writeUntilKilled(folder.databasePath, 30 + round * 25);
			const store = await openAt(folder.databasePath, silentLogger);
			const count = z.number().parse((await store.getSetting('count')) ?? 0);
			const target = await store.loadTarget();
			expect(count).to.be.at.least(acknowledged);
			expect(Number(target?.etag)).to.be.within(count, count + 1);
			expect(await store.listImages()).not.to.deep.equal([]);
			await store.close();
		}
		expect(await asideNames()).to.deep.equal([]);
	});
});

const writer = path.join(import.meta.dirname, 'testing/write-forever.ts');

/** Runs the writer where files may not grow beyond 200 kB. @returns the lines it said */
async function writeUntilRefused(databasePath: string): Promise<string[]> {
	const command = `ulimit -f 400; exec "$0" --import tsx "$@"`;
	const child = spawn('sh', ['-c', command, process.execPath, writer, databasePath], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let said = '';
	child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
	await once(child, 'close');
	return said.trimEnd().split('\n');
}

/** @returns the last number the child said before it was killed, `ms` after its first write */
async function writeUntilKilled(databasePath: string, ms: number): Promise<number> {
	const child = spawn(process.execPath, ['--import', 'tsx', writer, databasePath], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let said = '';
	child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
	const closed = once(child, 'close');
	while (!/\d/.test(said)) await wait(5);
	await wait(ms);
	child.kill('SIGKILL');
	await closed;
	return Number(said.trimEnd().split('\n').at(-1));
}

async function overwrite(file: string, from: number, length: number): Promise<void> {
	const handle = await open(file, 'r+');
	const noise = Buffer.from(Array.from({ length }, () => Math.floor(Math.random() * 256)));
	await handle.write(noise, 0, length, from);
	await handle.close();
}
