import { readdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** An editor writes a file in several goes, and a tool several files. */
const QUIET_MS = 30;

/**
 * Yields when something below the folders has changed: the time of the first change since the last yield, as
 * `performance.now()` has it. Changes that come close together, or while the consumer works, are one. Ends when the
 * signal fires. Every folder is watched by itself: the file system tells of replaced files then, too.
 * @param onWatching - called once nothing can be missed any more
 */
export async function* watchFolders(
	folders: readonly string[],
	signal: AbortSignal,
	onWatching: () => void = () => undefined,
): AsyncGenerator<number, void> {
	const state: { changedAtMs: number | undefined; wake: () => void } = {
		changedAtMs: undefined,
		wake: () => undefined,
	};
	const watchers = createWatchers(() => {
		state.changedAtMs ??= performance.now();
		state.wake();
	});
	signal.addEventListener('abort', () => state.wake(), { once: true });
	try {
		for (const folder of folders) watchers.add(folder);
		onWatching();
		while (!signal.aborted) {
			if (state.changedAtMs === undefined) {
				await new Promise<void>((resolve) => (state.wake = resolve));
				continue;
			}
			await pause(QUIET_MS);
			const at = state.changedAtMs;
			state.changedAtMs = undefined;
			yield at;
		}
	} finally {
		watchers.close();
	}
}

/** Watches folders and all below them, also those that come later. */
function createWatchers(onChange: () => void) {
	const watchers = new Map<string, FSWatcher>();
	const forget = (folder: string) => {
		watchers.get(folder)?.close();
		watchers.delete(folder);
	};
	const add = (folder: string): void => {
		if (watchers.has(folder)) return;
		const below = foldersIn(folder);
		if (below === undefined) return;
		try {
			const watcher = watch(folder, () => {
				onChange();
				for (const name of foldersIn(folder) ?? []) add(join(folder, name));
			});
			watcher.on('error', () => forget(folder)); // it has gone
			watchers.set(folder, watcher);
		} catch {
			return; // gone between the two looks
		}
		for (const name of below) add(join(folder, name));
	};
	return {
		add,
		close: () => {
			for (const folder of [...watchers.keys()]) forget(folder);
		},
	};
}

/** Undefined where there is no such folder. */
function foldersIn(folder: string): string[] | undefined {
	try {
		const entries = readdirSync(folder, { withFileTypes: true });
		return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	} catch {
		return undefined;
	}
}
