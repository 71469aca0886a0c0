/**
 * Splits a command line into words as a POSIX shell does: quotes and backslashes count, nothing is expanded, so `$` and
 * operators stay what they are.
 * @returns undefined when a quote is not closed
 */
export function shellWords(line: string): string[] | undefined {
	const words: string[] = [];
	let word: string | undefined;
	let rest = line;
	while (rest !== '') {
		const piece = nextPiece(rest);
		if (piece === undefined) return undefined;
		if (piece.kind === 'gap') {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else {
			word = (word ?? '') + piece.text;
		}
		rest = rest.slice(piece.length);
	}
	return word === undefined ? words : [...words, word];
}

interface Piece {
	readonly kind: 'gap' | 'text';
	readonly text: string;
	/** Characters of the line it takes. */
	readonly length: number;
}

/** In order of precedence; the first group is what the piece stands for. */
const patterns: readonly { readonly kind: Piece['kind']; readonly pattern: RegExp }[] = [
	{ kind: 'gap', pattern: /^\s+()/ },
	{ kind: 'text', pattern: /^'([^']*)'/ },
	{ kind: 'text', pattern: /^"((?:[^"\\]|\\[\s\S])*)"/ },
	{ kind: 'text', pattern: /^((?:[^\s'"\\]|\\[\s\S])+)/ },
	{ kind: 'text', pattern: /^(\\)$/ },
];

function nextPiece(rest: string): Piece | undefined {
	for (const { kind, pattern } of patterns) {
		const match = pattern.exec(rest);
		if (match !== null) {
			return { kind, text: unescaped(match[0], match[1] ?? ''), length: match[0].length };
		}
	}
	return undefined;
}

/** Inside double quotes a backslash counts only before `$`, backquote, `"`, itself and a line end; inside single ones never. */
function unescaped(whole: string, text: string): string {
	if (whole.startsWith("'")) return text;
	if (whole.startsWith('"')) {
		return text.replace(/\\([$`"\\\n])/g, (_, char: string) => (char === '\n' ? '' : char));
	}
	return text.replace(/\\([\s\S])/g, (_, char: string) => (char === '\n' ? '' : char));
}
