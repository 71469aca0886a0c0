import { readFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, commandsOf, type Block } from './documents.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The blocks for the shell of a document of the project, or of what stands below one of its headings, word by word.
 * @throws {Error} if there is none, so that a test cannot pass because a document has changed
 */
export function shellBlocks(file: string, heading?: string): readonly Block[] {
	const blocks = blocksOf(readFileSync(path.join(root, file), 'utf8')).filter(
		(block) => block.language === 'sh' && (heading === undefined || block.heading === heading),
	);
	if (blocks.length === 0) throw new Error(`no block for the shell in ${file}, ${heading ?? ''}`);
	return blocks;
}

/**
 * The words of a command of the documents, with what a test has in the place of some, `{ DIR: folder }`.
 * @throws {Error} if it has no such word
 */
export function wordsOf(
	command: string,
	places: Readonly<Record<string, string>> = {},
): readonly [program: string, ...words: string[]] {
	const words = command.split(' ');
	const strange = Object.keys(places).filter((place) => !words.includes(place));
	if (strange.length > 0) throw new Error(`no ${strange.join(', ')} in ${command}`);
	const [program = '', ...others] = words.map((word) => places[word] ?? word);
	return [program, ...others];
}

const taken = /\bshellBlocks\(\s*'([^']+)'(?:,\s*(?:'([^']+)'|"([^"]+)"))?/g;

/**
 * True when a file of tests runs a command of the documents in one of two ways, seen by their text: it hands it to
 * `wordsOf` or `follow`, `follow('./dindctl run --ssh')`, or it takes it out of a document by {@link shellBlocks}.
 */
export function isRunBy(test: string, command: string): boolean {
	const isHanded = ["'", '"', '`'].some((quote) =>
		['wordsOf', 'follow'].some((call) => {
			const text = `${quote}${command}${quote}`;
			return test.replaceAll(/\(\s+/g, '(').includes(`${call}(${text}`);
		}),
	);
	if (isHanded) return true;
	return [...test.matchAll(taken)].some(([, file = '', single, double]) =>
		shellBlocks(file, single ?? double)
			.flatMap(commandsOf)
			.includes(command),
	);
}
