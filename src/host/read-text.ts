import { readFile } from 'node:fs/promises';

/** The text of a file without zero bytes and blanks at its ends; undefined when it cannot be read or is empty. */
export async function readText(filePath: string): Promise<string | undefined> {
	const text = await readFile(filePath, 'utf8').catch(() => '');
	const trimmed = text.replaceAll('\0', '').trim();
	return trimmed === '' ? undefined : trimmed;
}

/** The first of the files that has a text. */
export async function readFirst(filePaths: readonly string[]): Promise<string | undefined> {
	for (const filePath of filePaths) {
		const text = await readText(filePath);
		if (text !== undefined) return text;
	}
	return undefined;
}
