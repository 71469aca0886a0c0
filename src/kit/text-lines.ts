import { StringDecoder } from 'node:string_decoder';

/** A line longer than this many characters is dropped. */
const longestLine = 1024 * 1024;

/** The non-empty lines of a text stream. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	for await (const chunk of chunks) {
		const parts = (rest + decoder.write(Buffer.from(chunk))).split('\n');
		rest = parts.pop() ?? '';
		if (rest.length > longestLine) rest = '';
		for (const part of parts) if (part.trim() !== '') yield part;
	}
	if (rest.trim() !== '') yield rest;
}
