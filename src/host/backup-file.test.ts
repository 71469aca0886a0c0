import { createWriteStream } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { expect } from 'chai';
import { extract, pack, type Header } from 'tar-stream';
import type { BackupFile } from '../ports/backup.ts';
import { createBackupFile } from './backup-file.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

type Entry = Partial<Header> & { readonly name: string; readonly text?: string | Buffer };

async function writeBackup(file: string, entries: readonly Entry[]): Promise<void> {
	const archive = pack();
	const written = pipeline(
		Readable.from(archive as AsyncIterable<unknown>),
		createGzip(),
		createWriteStream(file),
	);
	for (const { text = '', ...header } of entries) {
		await new Promise<void>((resolve, reject) =>
			archive.entry(header, text, (err) => (err ? reject(err) : resolve())),
		);
	}
	archive.finalize();
	await written;
}

const folder = (name: string, more: Partial<Header> = {}): Entry => ({
	...{ name, type: 'directory' },
	...more,
});

describe('createBackupFile', () => {
	let tree: TempTree;
	let file: BackupFile;
	beforeEach(async () => {
		tree = await makeTempTree();
		file = createBackupFile(path.join(tree.root, 'backup.tgz'));
	});
	afterEach(() => tree.remove());

	const entriesOf = async (volume: string): Promise<(Header & { text: string })[]> => {
		const entries = extract();
		Readable.from(file.archiveOf(volume))
			.on('data', (chunk) => entries.write(chunk))
			.on('end', () => entries.end(null));
		const found: (Header & { text: string })[] = [];
		for await (const entry of entries) {
			const chunks: Buffer[] = [];
			for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
			found.push({ ...entry.header, text: Buffer.concat(chunks).toString() });
		}
		return found;
	};

	it('must find nothing where there is no file, or a folder', async () => {
		expect(await file.isThere()).to.equal(false);
		expect(await file.volumes()).to.equal(undefined);
		await tree.write({ 'backup.tgz': null });
		expect(await file.volumes()).to.equal(undefined);
	});

	for (const prefix of ['', './']) {
		it(`must give the volumes and the files of each, with paths that begin with "${prefix}"`, async () => {
			await writeBackup(file.path, [
				...(prefix === '' ? [] : [folder('./')]),
				folder(`${prefix}data/`, { uid: 1000, gid: 1001, mode: 0o750 }),
				{ name: `${prefix}data/a.txt`, text: 'A', uid: 1000, mode: 0o600, mtime: new Date(1e12) },
				{ name: `${prefix}data/sub/b`, text: 'B' },
				{ name: `${prefix}data/hard`, type: 'link', linkname: `${prefix}data/sub/b` },
				{ name: `${prefix}data/soft`, type: 'symlink', linkname: '/etc/passwd' },
				{ name: `${prefix}other/c`, text: 'C' },
			]);
			expect(await file.volumes()).to.deep.equal(['data', 'other']);
			const data = await entriesOf('data');
			expect(data.map(({ name, type, text }) => [name, type, text])).to.deep.equal([
				[`${prefix}data/`, 'directory', ''],
				[`${prefix}data/a.txt`, 'file', 'A'],
				[`${prefix}data/sub/b`, 'file', 'B'],
				[`${prefix}data/hard`, 'link', ''],
				[`${prefix}data/soft`, 'symlink', ''],
			]);
			expect(data[0]).to.include({ uid: 1000, gid: 1001, mode: 0o750 });
			expect(data[1]).to.include({ uid: 1000, mode: 0o600 });
			expect(data[1]?.mtime).to.deep.equal(new Date(1e12));
			expect(data[3]?.linkname).to.equal(`${prefix}data/sub/b`);
			expect(data[4]?.linkname).to.equal('/etc/passwd');
			expect((await entriesOf('other')).map(({ name, text }) => [name, text])).to.deep.equal([
				[`${prefix}other/c`, 'C'],
			]);
		});
	}

	it('must keep long names, names that are not ASCII, extended attributes and large files', async () => {
		const long = `${'n'.repeat(120)}/${'m'.repeat(120)}`;
		const large = Buffer.alloc(3_000_000, 'x');
		await writeBackup(file.path, [
			{ name: `data/${long}`, text: 'L' },
			{ name: 'data/größe', text: 'G', pax: { 'SCHILY.xattr.user.note': 'kept' } },
			{ name: 'data/large', text: large },
			{ name: 'zlast/z', text: 'Z' },
		]);
		expect(await file.volumes()).to.deep.equal(['data', 'zlast']);
		const data = await entriesOf('data');
		expect(data.map(({ name, size }) => [name, size])).to.deep.equal([
			[`data/${long}`, 1],
			['data/größe', 1],
			['data/large', large.length],
		]);
		expect(data[1]?.pax).to.deep.include({ 'SCHILY.xattr.user.note': 'kept' });
		expect((await entriesOf('zlast'))[0]?.text).to.equal('Z');
	});

	const faulty: { name: string; entries: readonly Entry[]; says: string }[] = [
		{
			name: 'a file beside the folders',
			entries: [{ name: 'notes.txt', text: '' }],
			says: 'notes.txt is no folder',
		},
		{
			name: 'a path that leads out',
			entries: [{ name: 'data/../../etc/passwd', text: '' }],
			says: 'data/../../etc/passwd leads out of it',
		},
		{
			name: 'a hard link out of its volume',
			entries: [{ name: 'data/x', type: 'link', linkname: 'other/y' }],
			says: 'data/x is a link out of its volume',
		},
	];
	for (const { name, entries, says } of faulty) {
		it(`must refuse ${name}`, async () => {
			await writeBackup(file.path, entries);
			const failure: unknown = await file.volumes().catch((err: unknown) => err);
			expect(failure).to.include({ code: 'BACKUP_INVALID' });
			expect(failure).to.have.property('message', `${file.path} is not a backup: ${says}`);
		});
	}

	for (const { name, spoil } of [
		{ name: 'no archive', spoil: () => writeFile(file.path, 'text') },
		{
			name: 'cut off',
			spoil: async () => {
				await writeBackup(file.path, [{ name: 'data/a', text: Buffer.alloc(100_000, 'y') }]);
				await truncate(file.path, 120);
			},
		},
	]) {
		it(`must refuse a file that is ${name}`, async () => {
			await spoil();
			const failure: unknown = await file.volumes().catch((err: unknown) => err);
			expect(failure).to.include({ code: 'BACKUP_INVALID' });
		});
	}

	it('must keep the file aside once retired, and read a new one', async () => {
		await writeBackup(file.path, [{ name: 'data/a', text: 'A' }]);
		expect(await file.isThere()).to.equal(true);
		expect(await file.volumes()).to.deep.equal(['data']);
		const content = await readFile(file.path);
		await file.retire();
		expect(await readFile(`${file.path}.restored`)).to.deep.equal(content);
		expect(await file.volumes()).to.equal(undefined);
		await writeBackup(file.path, [{ name: 'other/a', text: 'A' }]);
		expect(await file.volumes()).to.deep.equal(['other']);
	});
});
