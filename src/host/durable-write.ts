import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileCodeOf } from './file-failure.ts';

/** Where {@link writeAtomically} keeps the new content until it takes the file's place. */
export function pendingPathOf(filePath: string): string {
	return `${filePath}.new`;
}

/** The text, or the bytes, is in the file and on the disk afterwards. A crash in between leaves part of it. */
export async function writeInPlace(filePath: string, text: string | Buffer): Promise<void> {
	const file = await open(filePath, 'w');
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}

/**
 * The file has the text, on the disk, afterwards; a crash at any moment leaves the former content or the new one.
 * @returns false, with nothing changed, where the file cannot be replaced: it is a mount point, or its folder takes no
 * new files
 */
export async function writeAtomically(filePath: string, text: string | Buffer): Promise<boolean> {
	const pendingPath = pendingPathOf(filePath);
	try {
		await writeInPlace(pendingPath, text);
		await copyMode(filePath, pendingPath);
		await rename(pendingPath, filePath);
	} catch (err) {
		await rm(pendingPath, { force: true }).catch(() => undefined);
		if (['EBUSY', 'EXDEV', 'EROFS', 'EACCES', 'EPERM'].includes(fileCodeOf(err))) return false;
		throw err;
	}
	await syncFolder(path.dirname(filePath));
	return true;
}

/** There is no such file afterwards, on the disk either. */
export async function removeDurably(filePath: string): Promise<void> {
	await rm(filePath, { force: true });
	await syncFolder(path.dirname(filePath));
}

async function copyMode(from: string, to: string): Promise<void> {
	const former = await stat(from).catch(() => undefined);
	if (former !== undefined) await chmod(to, former.mode & 0o777).catch(() => undefined);
}

/** Some file systems refuse to sync a folder; the file itself is synced by then. */
async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r').catch(() => undefined);
	await handle?.sync().catch(() => undefined);
	await handle?.close();
}
