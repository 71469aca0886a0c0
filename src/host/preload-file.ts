import { readFile, rename } from 'node:fs/promises';
import type { PreloadContent, PreloadFile } from '../ports/preload-file.ts';
import { writeAtomically, writeInPlace } from './durable-write.ts';
import { fileCodeOf, fileReason, isAbsent, toHostFailure } from './file-failure.ts';
import { parseJsonText } from './json-text.ts';

/** `apps.json` at a path. */
export function createPreloadFile(path: string): PreloadFile {
	return {
		path,
		read: () => readPreload(path),
		retire: () => retire(path),
	};
}

async function readPreload(path: string): Promise<PreloadContent> {
	try {
		return contentOf(await readFile(path, 'utf8'));
	} catch (err) {
		if (isAbsent(err) || fileCodeOf(err) === 'EISDIR') return { kind: 'none' };
		return { kind: 'faulty', fault: `cannot be read: ${fileReason(err)}` };
	}
}

function contentOf(text: string): PreloadContent {
	if (text.trim() === '') return { kind: 'none' };
	const parsed = parseJsonText(text);
	switch (parsed.kind) {
		case 'json':
			return parsed;
		case 'torn':
			return { kind: 'faulty', fault: 'is cut off' };
		case 'faulty':
			return {
				kind: 'faulty',
				fault: `is not JSON at line ${parsed.line}, column ${parsed.column}`,
			};
	}
}

async function retire(path: string): Promise<void> {
	try {
		await keepAside(path);
		if (!(await writeAtomically(path, '{}\n'))) await writeInPlace(path, '{}\n');
	} catch (err) {
		throw toHostFailure(`cannot retire ${path}`, err);
	}
}

/** A file that is mounted by itself cannot be renamed; its content is copied. */
async function keepAside(path: string): Promise<void> {
	const asidePath = `${path}.preloaded`;
	try {
		await rename(path, asidePath);
	} catch (err) {
		if (!['EBUSY', 'EXDEV'].includes(fileCodeOf(err))) throw err;
		await writeInPlace(asidePath, await readFile(path, 'utf8'));
	}
}
