import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { hasCode } from '../kit/errors.ts';
import { createBundleFolder, findBundle } from './bundle-files.ts';

describe('bundles on a disk', () => {
	let root: string;
	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), 'holdfast-bundles-'));
		await mkdir(join(root, 'host/media'), { recursive: true });
		await writeFile(join(root, 'secret'), 'secret');
	});
	afterEach(() => rm(root, { recursive: true }));

	const contentOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
		const parts: Uint8Array[] = [];
		for await (const chunk of chunks) parts.push(chunk);
		return Buffer.concat(parts).toString();
	};

	it('must be listed by name, read whole, and renamed', async () => {
		const folder = join(root, 'host/media');
		const long = 'x'.repeat(600_000);
		for (const name of ['b.tar', 'a.tar', 'c.tar.imported', 'notes.txt']) {
			await writeFile(join(folder, name), long);
		}
		const files = await createBundleFolder(folder).list();
		expect(files.map(({ path }) => path)).to.deep.equal([
			join(folder, 'a.tar'),
			join(folder, 'b.tar'),
		]);
		for (const file of files) expect(await contentOf(file.read())).to.equal(long);
		await files[0]?.retire();
		expect(await readdir(folder))
			.to.include('a.tar.imported')
			.and.not.to.include('a.tar');
	});

	it('must be none where there is no folder', async () => {
		expect(await createBundleFolder(join(root, 'none')).list()).to.deep.equal([]);
	});

	it('must be told when it cannot be read', async () => {
		const folder = join(root, 'host');
		await mkdir(join(folder, 'x.tar'));
		const [file] = await createBundleFolder(folder).list();
		const err = await contentOf(file!.read()).catch((thrown: unknown) => thrown);
		expect(hasCode(err, 'HOST_FAILED') && err.message).to.match(/x\.tar: it is a folder/);
	});

	it('must be found by its path on the host', async () => {
		await writeFile(join(root, 'host/media/a.tar'), 'a');
		await symlink('a.tar', join(root, 'host/media/link.tar'));
		for (const path of ['/media/a.tar', '/media/../media/a.tar', '/media/link.tar']) {
			expect(await contentOf((await findBundle(join(root, 'host'), path)).read())).to.equal('a');
		}
	});

	const absent = ['/none.tar', '/media', '/../secret', '/media/out', '/'];
	for (const path of absent) {
		it(`must not be found at ${path}`, async () => {
			await symlink(join(root, 'secret'), join(root, 'host/media/out'));
			const err = await findBundle(join(root, 'host'), path).catch((thrown: unknown) => thrown);
			expect(hasCode(err, 'BUNDLE_NOT_FOUND')).to.equal(true);
		});
	}
});
