import { constants } from 'node:fs';
import { open, readdir, realpath, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { SupervisorError } from '../kit/errors.ts';
import type { BundleFile, BundleFolder } from '../ports/bundle-file.ts';
import { isAbsent, toHostFailure } from './file-failure.ts';

/** Bytes that are read at once. */
const chunkBytes = 256 * 1024;

export function createBundleFolder(folder: string): BundleFolder {
	return {
		async list() {
			const names = await namesIn(folder);
			const bundles = names.filter((name) => name.endsWith('.tar')).sort();
			return bundles.map((name) => createBundleFile(path.join(folder, name)));
		},
	};
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (err) {
		if (isAbsent(err)) return [];
		throw toHostFailure(`cannot read ${folder}`, err);
	}
}

function createBundleFile(filePath: string): BundleFile {
	return {
		path: filePath,
		read: () => contentOf(filePath),
		async retire() {
			try {
				await rename(filePath, `${filePath}.imported`);
			} catch (err) {
				throw toHostFailure(`cannot rename ${filePath}`, err);
			}
		},
	};
}

/**
 * A file of the host.
 * @param root - where the host's root file system is mounted here; a link that leads out of it is not followed
 * @param hostPath - absolute, as the host sees it
 * @throws {SupervisorError} BUNDLE_NOT_FOUND unless a file is there
 */
export async function findBundle(root: string, hostPath: string): Promise<BundleFile> {
	const [base, found] = await Promise.all(
		[root, path.join(root, path.posix.normalize(`/${hostPath}`))].map((one) =>
			realpath(one).catch(() => undefined),
		),
	);
	const isInside = base !== undefined && found?.startsWith(`${base.replace(/\/$/, '')}/`) === true;
	if (found !== undefined && isInside && (await stat(found)).isFile())
		return createBundleFile(found);
	throw new SupervisorError(
		`There is no bundle ${hostPath} on the device. A disk that was plugged in after the supervisor had started is not seen by it: restart it, or send the file (curl --data-binary @FILE).`,
		{ code: 'BUNDLE_NOT_FOUND', retry: 'never' },
	);
}

/** Opened without waiting, should it have become a pipe meanwhile. */
async function* contentOf(filePath: string): AsyncGenerator<Uint8Array> {
	try {
		const file = await open(filePath, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			for (;;) {
				const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes);
				if (bytesRead === 0) return;
				yield buffer.subarray(0, bytesRead);
			}
		} finally {
			await file.close();
		}
	} catch (err) {
		throw err instanceof SupervisorError ? err : toHostFailure(`cannot read ${filePath}`, err);
	}
}
