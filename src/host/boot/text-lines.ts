/** The lines of a text, and how it ends them. */
export interface TextLines {
	readonly lines: readonly string[];
	readonly ending: '\n' | '\r\n';
}

export function linesOf(text: string): TextLines {
	const lines = text.split(/\r?\n/);
	if (lines.at(-1) === '') lines.pop();
	return { lines, ending: text.includes('\r\n') ? '\r\n' : '\n' };
}

export function textOf({ lines, ending }: TextLines): string {
	return lines.map((line) => line + ending).join('');
}

/** A text of words `name=value` or `name`, with the value of a name set, or without it when there is no value. */
export function withWord(text: string, name: string, value: string | undefined): string {
	const words = text.split(/\s+/).filter((word) => word !== '');
	const isOther = (word: string): boolean => word.split('=', 1)[0] !== name;
	const place = words.findIndex((word) => !isOther(word));
	const fresh = value === undefined ? [] : [`${name}=${value}`];
	const before = place < 0 ? words : words.slice(0, place);
	const after = place < 0 ? [] : words.slice(place).filter(isOther);
	return [...before, ...fresh, ...after].join(' ');
}

/** The value of the last word `name=value`. */
export function wordIn(text: string, name: string): string | undefined {
	const found = text.split(/\s+/).filter((word) => word.startsWith(`${name}=`));
	return found.at(-1)?.slice(name.length + 1);
}
