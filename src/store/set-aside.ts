import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kit/clock.ts';

/** Copies of damaged files that are kept for a look; older ones go, so that a failing disk does not fill up. */
const keptCopies = 2;

const isAbsent = (err: unknown): boolean =>
	err instanceof Error && 'code' in err && err.code === 'ENOENT';

/**
 * The database file and its side files are out of the way afterwards, as `<path>.corrupt-<stamp>`.
 * @returns the file's new path
 */
export async function setAside(databasePath: string, clock: Clock): Promise<string> {
	const stamp = clock
		.now()
		.toISOString()
		.replace(/[-:]|\.\d+/g, '');
	const asidePath = `${databasePath}.corrupt-${stamp}`;
	for (const suffix of ['-wal', '-shm', '']) {
		await rename(databasePath + suffix, asidePath + suffix).catch((err: unknown) => {
			if (!isAbsent(err)) throw err;
		});
	}
	await removeOldCopies(databasePath);
	return asidePath;
}

async function removeOldCopies(databasePath: string): Promise<void> {
	const folder = path.dirname(databasePath);
	const prefix = `${path.basename(databasePath)}.corrupt-`;
	const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
	const copies = [...new Set(names.map((name) => name.replace(/-(wal|shm)$/, '')))].sort();
	for (const copy of copies.slice(0, -keptCopies)) {
		for (const suffix of ['', '-wal', '-shm']) {
			await rm(path.join(folder, copy + suffix), { force: true, recursive: true });
		}
	}
}
