import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createDiskSpace } from './disk-space.ts';

describe('createDiskSpace', () => {
	let root: string;
	beforeEach(async () => (root = await mkdtemp(path.join(tmpdir(), 'holdfast-disk-'))));
	afterEach(() => rm(root, { recursive: true, force: true }));

	it('must tell the room where the engine keeps its data', async () => {
		await mkdir(path.join(root, 'var/lib/docker'), { recursive: true });
		const space = await createDiskSpace({ rootMountpoint: root }).read();
		expect(space?.totalBytes).to.be.greaterThan(0);
		expect(space?.freeBytes).to.be.within(0, space?.totalBytes ?? 0);
	});

	it('must take the folder it is given, and the usual ones when that is not there', async () => {
		const engineRoot = path.join(root, 'elsewhere');
		const given = createDiskSpace({ rootMountpoint: root, engineRoot });
		expect(await given.read()).to.equal(undefined);
		await mkdir(engineRoot);
		expect(await given.read()).not.to.equal(undefined);
	});
});
