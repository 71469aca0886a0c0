import type { Readable } from 'node:stream';

/** Longest line taken in, in characters; a longer one cannot be parsed. */
const longestLine = 1_000_000;

/**
 * Parsed values of newline-delimited JSON, those of one chunk at a time.
 * @throws {SyntaxError} at the first line that is not JSON
 */
export async function* readNdjson(stream: Readable): AsyncGenerator<unknown[]> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of stream) {
		rest += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk);
		const lines = rest.split('\n');
		rest = lines.pop() ?? '';
		if (rest.length > longestLine) throw new SyntaxError('a line is too long');
		const values = parseLines(lines);
		if (values.length > 0) yield values;
	}
	const last = parseLines([rest]);
	if (last.length > 0) yield last;
}

const parseLines = (lines: readonly string[]): unknown[] =>
	lines
		.filter((line) => line.trim() !== '')
		.map((line): unknown => {
			const value: unknown = JSON.parse(line);
			return value;
		});
