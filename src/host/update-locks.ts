import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { UpdatesLockedError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import type { UpdateLocks } from '../ports/host.ts';
import { isAbsent, toHostFailure } from './file-failure.ts';
import { holderOf, isFolder, lockFileNames, placeLock, prepareLockFolder } from './lock-files.ts';
import { untilGone } from './until-gone.ts';
import { appFolderOf, serviceFolderOf } from './service-folder.ts';

export interface UpdateLocksOptions {
	/** Mount point of the host's root file system. */
	readonly root: string;
	/** Owner of our lock files, default 65534 (nobody); any other owner is a user's lock. */
	readonly uid?: number;
	readonly log: Logger;
}

interface LockFile {
	readonly path: string;
	readonly appId: number;
	readonly serviceName: string;
}

/** Update locks as files under `<root>/tmp/balena-supervisor/services/<appId>/<service>/` (contract 4.8). */
export function createUpdateLocks(options: UpdateLocksOptions): UpdateLocks {
	const { root, uid = 65_534 } = options;
	const log = options.log.child({ component: 'update-locks' });
	const queue = createQueue();
	/** Locks that a take of this process holds; others of ours are left over from a former one. */
	const held = new Set<string>();

	const removeOurs = async (paths: readonly string[]): Promise<void> => {
		for (const lockPath of paths) {
			if ((await holderOf(lockPath, uid)) === 'supervisor') await rm(lockPath, { force: true });
			held.delete(lockPath);
		}
	};
	const takeOne = async (file: LockFile, force: boolean): Promise<void> => {
		for (let attempt = 0; attempt < 3; attempt += 1) {
			if ((await holderOf(file.path, uid)) === 'supervisor') return;
			if (await placeLock(file.path, uid)) return;
			if (!force) break;
			log.warn({ ...file }, 'lock of a user is removed by force');
			await rm(file.path, { recursive: true, force: true });
		}
		throw await lockedBy(file, root);
	};
	const take = async (files: readonly LockFile[], force: boolean): Promise<void> => {
		const before = new Set(held);
		try {
			for (const file of files) await takeOne(file, force);
		} catch (err) {
			await removeOurs(files.map((file) => file.path).filter((lock) => !before.has(lock)));
			throw err;
		}
		for (const file of files) held.add(file.path);
	};

	return {
		untilReleased: (hostPath, signal) => untilGone(path.join(root, hostPath), signal),
		take: (appId, services, { force }) =>
			queue.run(() =>
				told('take', async () => take(await lockFilesOf(root, appId, services), force)),
			),
		release: (appId, services) =>
			queue.run(() =>
				told('release', async () =>
					removeOurs((await lockFilesOf(root, appId, services)).map((file) => file.path)),
				),
			),
	};
}

/** The lock files of those services that have a folder for them. */
async function lockFilesOf(
	root: string,
	appId: number,
	services: readonly string[] | 'all',
): Promise<LockFile[]> {
	const files: LockFile[] = [];
	const names = services === 'all' ? await lockableServices(root, appId) : services;
	for (const serviceName of names) {
		const folder = serviceFolderOf(root, appId, serviceName);
		if (!(await isFolder(folder))) continue;
		await prepareLockFolder(folder);
		const inFolder = lockFileNames.map((name) => path.join(folder, name));
		files.push(...inFolder.map((lockPath) => ({ path: lockPath, appId, serviceName })));
	}
	return files;
}

/** Services for which there is a folder. */
async function lockableServices(root: string, appId: number): Promise<string[]> {
	try {
		return await readdir(appFolderOf(root, appId));
	} catch (err) {
		if (isAbsent(err)) return [];
		throw err;
	}
}

async function lockedBy(file: LockFile, root: string): Promise<UpdatesLockedError> {
	const { path: lockPath, appId, serviceName } = file;
	const message = `Lockfile exists for { appId: ${appId}, service: ${serviceName} }`;
	const found = await lstat(lockPath).catch(() => undefined); // it may be gone by now
	if (found === undefined) return new UpdatesLockedError(message);
	const since = Math.round(found.mtimeMs);
	const hostPath = `/${path.relative(root, lockPath)}`;
	const lock = { path: hostPath, appId, serviceName, ownerUid: found.uid, since };
	return new UpdatesLockedError(message, { lock });
}

async function told(verb: string, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (err) {
		throw toHostFailure(`cannot ${verb} update locks`, err);
	}
}
