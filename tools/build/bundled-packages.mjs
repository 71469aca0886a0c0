import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What is not in a bundle, but beside it: sqlite3 and what finds its native module. */
const beside = ['sqlite3', 'bindings', 'file-uri-to-path'].map((name) => `node_modules/${name}`);

/**
 * The packages of which something is in what esbuild wrote, and those that go beside it.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {string[]} `name@version`, sorted
 */
export function bundledPackages(metafiles) {
	const inputs = metafiles
		.flatMap(({ outputs }) => Object.values(outputs))
		.flatMap((output) => Object.entries(output.inputs))
		.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
		.map(([path]) => folderOf(path));
	const folders = new Set([...inputs, ...beside].filter((folder) => folder !== undefined));
	return [...new Set([...folders].map(describe))].sort();
}

function folderOf(path) {
	return /^(?:.*:)?((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

function describe(folder) {
	const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
	return `${name}@${version}`;
}
