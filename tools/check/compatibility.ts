/** A row of a table that has the column `Shown by`. */
export interface Row {
	readonly line: string;
	readonly here: string;
	readonly shownBy: string;
	/** All of it, as it is written. */
	readonly text: string;
}

export function readTables(markdown: string): readonly Row[] {
	const rows: Row[] = [];
	let columns: readonly string[] = [];
	for (const text of markdown.split('\n')) {
		const cells = cellsOf(text);
		if (cells === undefined) columns = [];
		else if (columns.length === 0) columns = cells;
		else if (columns.includes('Shown by') && !/^-+$/.test(cells[0] ?? '')) {
			const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
			rows.push({ line: cell('Line'), here: cell('Here'), shownBy: cell('Shown by'), text });
		}
	}
	return rows;
}

function cellsOf(text: string): readonly string[] | undefined {
	if (!text.startsWith('|')) return undefined;
	const cells = text.split(/(?<!\\)\|/).slice(1, -1);
	return cells.map((cell) => cell.trim());
}

/** A file of tests that a row names, with the titles it quotes behind it. */
export interface Citation {
	readonly file: string;
	readonly titles: readonly string[];
}

const cited = /`((?:src|test|tools|dashboard|corpus)\/[^`]+\.(?:ts|yaml))`((?: “[^”]*”)*)/g;

export function citationsOf(cell: string): readonly Citation[] {
	return [...cell.matchAll(cited)].map(([, file = '', quoted = '']) => ({
		file,
		titles: [...quoted.matchAll(/“([^”]*)”/g)].map(([, title = '']) => title),
	}));
}

/** `it(` or `describe(` with its title; a title has no line break in it. */
const titled =
	/\b(?:it|describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/**
 * True when a test of the file has this title. What fills a gap of a title that is written once for many must be in the
 * file, too, if it is plain text.
 */
export function isTitleIn(text: string, title: string): boolean {
	return [...text.matchAll(titled)].some(([, single, double, template]) => {
		const plain = single ?? double;
		if (plain !== undefined) return plain.replaceAll(/\\(.)/g, '$1') === title;
		const filled = fillingsOf(template ?? '', title);
		return filled?.every((filling) => text.includes(filling)) ?? false;
	});
}

/** Gaps that are computed may have anything in them, and numbers may be counted. */
const namedGap = /^\$\{[\w.]+\}$/;

function fillingsOf(template: string, title: string): readonly string[] | undefined {
	const parts = template.split(/(\$\{(?:[^{}]|\{[^{}]*\})*\})/);
	const pattern = parts
		.map((part, at) => (at % 2 === 1 ? '(.*?)' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
		.join('');
	const match = new RegExp(`^${pattern}$`).exec(title);
	if (match === null) return undefined;
	const gaps = parts.filter((_, at) => at % 2 === 1);
	const fillings = gaps.map((gap, at) => ({ gap, filling: match[at + 1] ?? '' }));
	return fillings
		.filter(({ gap, filling }) => namedGap.test(gap) && !/^\d+$/.test(filling))
		.map(({ filling }) => filling);
}
