import { readFile, stat } from 'node:fs/promises';
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
		const filePath = path.join(folder, `${name}.gz`);
		const facts = await stat(filePath).catch(() => undefined);
		if (facts?.isFile() !== true) return undefined;
		const etag = `"${facts.size.toString(36)}-${Math.floor(facts.mtimeMs).toString(36)}"`;
		return { etag, read: () => readFile(filePath) };
	};
}
