import { chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { describeUpdateLocks } from '../ports/testing/update-locks-contract.ts';
import { createUpdateLocks } from './update-locks.ts';
import { skipTest } from '../../test/support/skip-test.ts';

/** Root can give files to anybody; others test with locks of their own and look at users' as what is not theirs. */
const isRoot = process.getuid?.() === 0;
const ourUid = isRoot ? 65_534 : (process.getuid?.() ?? 0);

describe('createUpdateLocks', () => {
	let root: string;
	beforeEach(async function () {
		if (!isRoot) skipTest(this, 'this user is not root, whom lock files need');
		root = await mkdtemp(path.join(tmpdir(), 'holdfast-locks-'));
		for (const service of ['a', 'b', 'c']) await mkdir(folderOf(1, service), { recursive: true });
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	const folderOf = (appId: number, service: string): string =>
		path.join(root, 'tmp/balena-supervisor/services', String(appId), service);
	const open = (): ReturnType<typeof createUpdateLocks> =>
		createUpdateLocks({ root, uid: ourUid, log: silentLogger });
	const messageOf = async (work: Promise<unknown>): Promise<string> =>
		work.then(
			() => 'done',
			(err: unknown) => String(err),
		);

	const ways: { name: string; make: (lockPath: string) => Promise<unknown> }[] = [
		{ name: 'a file', make: (lockPath) => writeFile(lockPath, '') },
		{ name: 'a folder', make: (lockPath) => mkdir(lockPath) },
		{ name: 'a dangling link', make: (lockPath) => symlink('nowhere', lockPath) },
	];
	for (const { name, make } of ways) {
		for (const fileName of ['updates.lock', 'resin-updates.lock']) {
			describeUpdateLocks(`locks that users make as ${name} ${fileName}`, () =>
				Promise.resolve({
					locks: open(),
					lockAsUser: async (appId, service) => {
						await make(path.join(folderOf(appId, service), fileName));
					},
					unlockAsUser: (appId, service) =>
						rm(path.join(folderOf(appId, service), fileName), { recursive: true }),
					holder: async (appId, service) => {
						const lockPath = path.join(folderOf(appId, service), fileName);
						const found = await lstat(lockPath).catch(() => undefined);
						if (found === undefined) return 'nobody';
						return found.uid === ourUid ? 'supervisor' : 'user';
					},
				}),
			);
		}
	}

	it('must make both files, owned by nobody, in a folder that is open and sticky', async () => {
		await open().take(1, ['a'], { force: false });
		const folder = folderOf(1, 'a');
		expect((await readdir(folder)).sort()).to.deep.equal(['resin-updates.lock', 'updates.lock']);
		for (const name of await readdir(folder)) {
			expect((await lstat(path.join(folder, name))).uid).to.equal(ourUid);
		}
		expect((await lstat(folder)).mode & 0o7777).to.equal(0o1777);
	});

	it('must reuse the locks a former process left, and free them when a take fails', async () => {
		await open().take(1, ['a'], { force: false });
		const later = open();
		await later.take(1, ['a'], { force: false });
		await later.release(1, ['a']);
		await open().take(1, ['a'], { force: false });
		await writeFile(path.join(folderOf(1, 'b'), 'updates.lock'), '');
		const message = await messageOf(open().take(1, ['a', 'b'], { force: false }));
		expect(message).to.include('Lockfile exists for { appId: 1, service: b }');
		expect(await readdir(folderOf(1, 'a'))).to.deep.equal([]);
	});

	it('must clean up the drafts of a process that was killed', async () => {
		const draft = path.join(folderOf(1, 'a'), '.holdfast-lock-x');
		await writeFile(draft, '');
		await chown(draft, 0, 0);
		await open().release(1, ['a']);
		expect(await readdir(folderOf(1, 'a'))).to.deep.equal([]);
	});

	it('must let only one of two processes and a user have the lock', async () => {
		for (let round = 0; round < 30; round += 1) {
			const lockPath = path.join(folderOf(1, 'a'), 'updates.lock');
			const user = mkdir(lockPath).then(
				() => true,
				() => false,
			);
			const ours = messageOf(open().take(1, ['a'], { force: false }));
			const holders = [await user, (await ours) === 'done'];
			expect(holders.filter(Boolean)).to.have.lengthOf(1);
			await rm(folderOf(1, 'a'), { recursive: true });
			await mkdir(folderOf(1, 'a'));
		}
	});

	it('must refuse a service name that leaves the folder', async () => {
		expect(await messageOf(open().take(1, ['../b'], { force: false }))).to.include('no name');
	});
});
