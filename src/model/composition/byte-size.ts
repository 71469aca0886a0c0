const powerOf: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4 };

/**
 * A size as Compose writes it: `64m`, `1gb`, `"67108864"`, 67108864; units are powers of 1024.
 * @returns bytes, rounded to a whole number; undefined for anything else
 */
export function parseByteSize(value: unknown): number | undefined {
	const match = /^(\d+(?:\.\d+)?)\s*(?:([bkmgt])(?:i?b)?)?$/i.exec(sizeText(value));
	if (match === null) return undefined;
	const [, count, unit = 'b'] = match;
	const bytes = Math.round(Number(count) * 1024 ** (powerOf[unit.toLowerCase()] ?? 0));
	return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function sizeText(value: unknown): string {
	return typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
}
