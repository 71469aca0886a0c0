import { readdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** An editor writes a file in several goes, and a tool several files. */
const QUIET_MS = 30;

/** Folders that are being watched. */
export interface FolderWatch {
	/**
	 * Yields when something has changed: the time of the first change since the last yield, as `performance.now()` has
	 * it. Changes that come close together, or while the consumer works, are one. Ends when the signal fires.
	 */
	readonly changes: AsyncGenerator<number, void>;
	close(): void;
}

interface WatchState {
	changedAtMs: number | undefined;
	wake: () => void;
}

/**
 * Watches folders and all below them from now on, until it is closed. Every folder is watched by itself: the file system
 * tells of replaced files then, too. A folder that is not there is left out.
 */
export function watchFolders(folders: readonly string[], signal: AbortSignal): FolderWatch {
	const state: WatchState = { changedAtMs: undefined, wake: () => undefined };
	const watchers = createWatchers(() => {
		state.changedAtMs ??= performance.now();
		state.wake();
	});
	for (const folder of folders) watchers.add(folder);
	return { changes: yieldChanges(state, signal), close: () => watchers.close() };
}

async function* yieldChanges(state: WatchState, signal: AbortSignal): AsyncGenerator<number, void> {
	signal.addEventListener('abort', () => state.wake(), { once: true });
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
