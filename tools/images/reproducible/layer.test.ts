import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { expect } from 'chai';
import { extract, pack, type Header } from 'tar-stream';
import { LAYER_TIME, rewriteLayer } from './layer.ts';

describe('a layer of a supervisor image', () => {
	let folder = '';
	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'hf-layer-'));
	});
	after(() => rm(folder, { recursive: true }));

	/** A layer as an engine writes it, made at that time. */
	async function write(name: string, mtime: Date): Promise<string> {
		const layer = pack();
		const file = path.join(folder, name);
		const writing = pipeline(layer, createWriteStream(file));
		layer.entry({ name: 'usr/', type: 'directory', mode: 0o755, mtime });
		const xattr = { 'SCHILY.xattr.user.note': 'kept', mtime: String(mtime.getTime() / 1000) };
		layer.entry({ name: 'usr/node', mode: 0o4755, uid: 7, mtime, pax: xattr }, 'program');
		layer.entry({ name: 'usr/nodejs', type: 'symlink', linkname: 'node', mode: 0o777, mtime });
		layer.entry({ name: 'usr/.wh.gone', mode: 0o600, mtime }, '');
		layer.finalize();
		await writing;
		return file;
	}

	async function headersOf(file: string): Promise<Header[]> {
		const entries = extract();
		const reading = pipeline(createReadStream(file), entries);
		const headers: Header[] = [];
		for await (const entry of entries) {
			headers.push(entry.header);
			entry.resume();
		}
		await reading;
		return headers;
	}

	it('must be the same, whenever its files were made', async () => {
		const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-11-20T10:00:00Z')];
		const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')];
		const first = await rewriteLayer(await write('early', early), a);
		const second = await rewriteLayer(await write('late', late), b);
		expect(first)
			.to.match(/^sha256:[0-9a-f]{64}$/)
			.and.to.equal(second);
		expect((await readFile(a)).equals(await readFile(b))).to.equal(true);
	});

	it('must keep everything else of its files', async () => {
		const out = path.join(folder, 'kept');
		await rewriteLayer(await write('whole', new Date('2026-11-20T10:00:00Z')), out);
		const headers = await headersOf(out);
		expect(
			headers.map(({ name, type, mode, uid, linkname }) => [name, type, mode, uid, linkname]),
		).to.deep.equal([
			['usr/', 'directory', 0o755, 0, null],
			['usr/node', 'file', 0o4755, 7, null],
			['usr/nodejs', 'symlink', 0o777, 0, 'node'],
			['usr/.wh.gone', 'file', 0o600, 0, null],
		]);
		expect(headers[1]?.pax).to.include({ 'SCHILY.xattr.user.note': 'kept' });
		expect(headers[1]?.pax).not.to.have.property('mtime');
		for (const { mtime } of headers) expect(mtime).to.deep.equal(LAYER_TIME);
	});

	it('must be read compressed, too', async () => {
		const plain = await write('plain', new Date('2026-11-20T10:00:00Z'));
		const packed = path.join(folder, 'packed');
		await pipeline(createReadStream(plain), createGzip(), createWriteStream(packed));
		const [a, b] = [path.join(folder, 'c'), path.join(folder, 'd')];
		expect(await rewriteLayer(packed, a)).to.equal(await rewriteLayer(plain, b));
	});
});
