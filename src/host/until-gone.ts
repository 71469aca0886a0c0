import { on } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { aborted } from '../kit/job.ts';
import { isAbsent } from './file-failure.ts';

/**
 * Resolves when nothing is at the path any more, or when the signal fires. Where the system cannot watch the folder it
 * resolves with the signal only.
 */
export async function untilGone(filePath: string, signal: AbortSignal): Promise<void> {
	let watcher: FSWatcher | undefined;
	try {
		watcher = watch(path.dirname(filePath));
		const changes = on(watcher, 'change', { signal });
		while (!(await isGone(filePath))) await changes.next(); // changes are kept from the first moment on
	} catch (err) {
		if (!isAbsent(err)) await aborted(signal); // else the folder is gone, and the file with it
	} finally {
		watcher?.close();
	}
}

async function isGone(filePath: string): Promise<boolean> {
	return lstat(filePath).then(() => false, isAbsent);
}
