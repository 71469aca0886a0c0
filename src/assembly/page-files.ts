import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PageFile } from '../api/v3/deps.ts';

declare const __VERSION__: string | undefined;

/** Where the build puts the dashboard: beside the bundle. */
export function pageFolder(): string {
	return typeof __VERSION__ === 'string'
		? path.join(import.meta.dirname, 'page')
		: path.join(import.meta.dirname, '../../dist/page');
}

/** @returns a function that finds files of the dashboard, and nothing else; undefined where there is none */
export function createPageFiles(folder: string): (name: string) => Promise<PageFile | undefined> {
	return async (name) => {
		if (!/^[\w-]+\.\w+$/.test(name)) return undefined;
		const content = await readFile(path.join(folder, `${name}.gz`)).catch(() => undefined);
		if (content === undefined) return undefined;
		// Times tell nothing: those of the image's files are the same in all versions.
		const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
		return { etag, read: () => Promise.resolve(content) };
	};
}
