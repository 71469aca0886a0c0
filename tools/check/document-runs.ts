import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isTitleIn } from './compatibility.ts';
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

/** A test from its first line to its last, as the formatter leaves them. */
const oneTest = /^(\t*)it\((?:.*\);$|[^]*?^\1\}\);$)/gm;
const comment = /^\s*(?:\/\/|\/?\*).*$/gm;

/**
 * What runs when the test with this title does: the text of its file without the other tests in it and without the
 * comments on lines of their own.
 */
export function textOfTest(file: string, title: string): string {
	return file
		.replaceAll(oneTest, (test) => (isTitleIn(test, title) ? test : ''))
		.replaceAll(comment, '');
}

/**
 * True when a test, or what it stands on, runs a command of the documents in one of two ways, seen by their text: it hands
 * it to `wordsOf` or `follow`, `follow('./dindctl run --ssh')`, or it takes it out of a document by {@link shellBlocks}.
 */
export function isRunBy(text: string, command: string): boolean {
	const calls = text.replaceAll(/\(\s+/g, '(');
	const isHanded = ["'", '"', '`'].some((quote) =>
		['wordsOf', 'follow'].some((call) => calls.includes(`${call}(${quote}${command}${quote}`)),
	);
	if (isHanded) return true;
	return [...text.matchAll(taken)].some(([, file = '', single, double]) =>
		shellBlocks(file, single ?? double)
			.flatMap(commandsOf)
			.includes(command),
	);
}
