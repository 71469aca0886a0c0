import { randomUUID } from 'node:crypto';
import { chmod, chown, link, lstat, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileCodeOf, isAbsent } from './file-failure.ts';

/** Both names a service may watch (contract 4.8). */
export const lockFileNames = ['updates.lock', 'resin-updates.lock'] as const;

/** Begins the names of our lock files before they are put in place. */
const draftPrefix = '.holdfast-lock-';

export type LockHolder = 'nobody' | 'user' | 'supervisor';

/**
 * Who holds a lock file. Whatever is at the path counts: users make files, folders and links.
 * @param uid - owner of the supervisor's locks
 */
export async function holderOf(lockPath: string, uid: number): Promise<LockHolder> {
	try {
		return (await lstat(lockPath)).uid === uid ? 'supervisor' : 'user';
	} catch (err) {
		if (isAbsent(err)) return 'nobody';
		throw err;
	}
}

/**
 * Puts our lock file in place, whole: it belongs to `uid` from the first moment it can be seen, so that a crash leaves
 * no lock that looks like a user's.
 * @returns false if something is at the path already
 */
export async function placeLock(lockPath: string, uid: number): Promise<boolean> {
	const draftPath = path.join(path.dirname(lockPath), draftPrefix + randomUUID());
	try {
		await writeFile(draftPath, '', { flag: 'wx', mode: 0o644 });
		await chown(draftPath, uid, uid);
		await link(draftPath, lockPath);
		return true;
	} catch (err) {
		if (fileCodeOf(err) === 'EEXIST') return false;
		throw err;
	} finally {
		await rm(draftPath, { force: true });
	}
}

/** The folder is there, everybody may make locks in it but remove only their own, and no drafts of ours are left in it. */
export async function prepareLockFolder(folder: string): Promise<void> {
	await chmod(folder, 0o1777);
	for (const name of await readdir(folder)) {
		if (name.startsWith(draftPrefix)) await rm(path.join(folder, name), { force: true });
	}
}

/** Services without a folder cannot hold locks. */
export async function isFolder(folder: string): Promise<boolean> {
	try {
		return (await lstat(folder)).isDirectory();
	} catch (err) {
		if (isAbsent(err)) return false;
		throw err;
	}
}
