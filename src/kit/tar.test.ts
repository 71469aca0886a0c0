import { expect } from 'chai';
import { entryOf, readEntry, readTar, writeTar, type TarEntry } from './tar.ts';

const large = Buffer.alloc(300_000, 'y');

async function* files(): AsyncGenerator<TarEntry> {
	yield await Promise.resolve(entryOf('a', 'x'));
	yield entryOf('b', large);
	yield entryOf('c', '');
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

async function* inPieces(archive: Buffer): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < archive.length; at += 1000) {
		yield await Promise.resolve(archive.subarray(at, at + 1000));
	}
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<[string, number][]> {
	const seen: [string, number][] = [];
	for await (const entry of readTar(source)) {
		seen.push([entry.name, (await gather(entry.chunks)).length]);
	}
	return seen;
}

async function failureOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => 'none',
		(err: unknown) => String(err),
	);
}

describe('tar archives', () => {
	it('must be read as they were written, and be the same bytes each time', async () => {
		const archive = await gather(writeTar(files()));
		expect(archive.equals(await gather(writeTar(files())))).to.equal(true);
		expect(await readAll(inPieces(archive))).to.deep.equal([
			['a', 1],
			['b', large.length],
			['c', 0],
		]);
	});

	it('must pass over what its reader leaves', async () => {
		const names: string[] = [];
		for await (const { name } of readTar(inPieces(await gather(writeTar(files()))))) {
			names.push(name);
		}
		expect(names).to.deep.equal(['a', 'b', 'c']);
	});

	it('must say so when it is cut off within a file, or is none', async () => {
		const archive = await gather(writeTar(files()));
		for (const bytes of [100, 700, 5000]) {
			const failure = await failureOf(readAll(inPieces(archive.subarray(0, bytes))));
			expect(failure, String(bytes)).to.not.equal('none');
		}
		const none = await failureOf(readAll(inPieces(Buffer.alloc(2000, 'no'))));
		expect(none).to.include('Invalid tar header');
	});

	it('must fail as its source and its files fail', async () => {
		const broken = async function* (): AsyncGenerator<never> {
			yield* [];
			await Promise.reject(new Error('source'));
		};
		expect(await failureOf(readAll(broken()))).to.equal('Error: source');
		const cut = async function* (): AsyncGenerator<TarEntry> {
			yield await Promise.resolve(entryOf('a', 'x'));
			throw new Error('files');
		};
		expect(await failureOf(gather(writeTar(cut())))).to.equal('Error: files');
	});

	it('must hold no more of a file in memory than it may', async () => {
		expect((await readEntry(entryOf('b', large), large.length)).length).to.equal(large.length);
		const failure = await failureOf(readEntry(entryOf('b', large), 10));
		expect(failure).to.equal('RangeError: b is larger than 10 bytes');
	});
});
