import { StringDecoder } from 'node:string_decoder';

/** A line of a JSON stream longer than this many characters is dropped. */
const longestLine = 1024 * 1024;

/** The non-empty lines of a text stream. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	for await (const chunk of chunks) {
		const parts = (rest + decoder.write(chunk)).split('\n');
		rest = parts.pop() ?? '';
		if (rest.length > longestLine) rest = '';
		for (const part of parts) if (part.trim() !== '') yield part;
	}
	if (rest.trim() !== '') yield rest;
}

/** @returns the parsed object; undefined for what is not a JSON object */
export function parseJsonObject(line: string): object | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}
