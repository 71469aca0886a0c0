import { isIP } from 'node:net';
import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import { snakeKeys, withoutBlanks } from './keys.ts';
import { reader } from './parsed.ts';
import { parseByteSize } from './byte-size.ts';
import { parseDurationNs } from './duration.ts';

/** A string; numbers and booleans are taken by their text. */
export const text = reader(scalarText, 'must be a string');

/** A string that says something. */
export const word = reader((value) => scalarText(value) || undefined, 'must be a string');

/** A boolean, also as `"true"`, `"false"`, 1, 0, `"on"`, `"off"`. */
export const flag = reader((value) => {
	if (typeof value === 'boolean') return value;
	const given = scalarText(value)?.toLowerCase() ?? '';
	if (/^(true|1|on|yes)$/.test(given)) return true;
	return /^(false|0|off|no)$/.test(given) ? false : undefined;
}, 'must be true or false');

/** An integer, also as its decimal text. */
export const integer = reader((value) => {
	const number = Number(/^-?\d+(\.0*)?$/.test(scalarText(value) ?? '') ? value : Number.NaN);
	return Number.isSafeInteger(number) ? number : undefined;
}, 'must be an integer');

/** A number at or above zero, also as its text. */
export const amount = reader((value) => {
	const number = Number(/^\d*\.?\d+$/.test(scalarText(value) ?? '') ? value : Number.NaN);
	return Number.isFinite(number) ? number : undefined;
}, 'must be a number, not negative');

export const byteSize = reader(parseByteSize, 'must be a size in bytes such as 64m');
export const durationNs = reader(parseDurationNs, 'must be a duration such as 1m30s');

/** An integer of a range, ends included. */
export const integerBetween = (least: number, most: number) =>
	integer.refine(
		(number) => number >= least && number <= most,
		most === Number.MAX_SAFE_INTEGER
			? `must be an integer of at least ${least}`
			: `must be an integer from ${least} to ${most}`,
	);

/** An integer of at least `least`. */
export const integerFrom = (least: number) => integerBetween(least, Number.MAX_SAFE_INTEGER);

/** An address of the Internet Protocol, of any version or of one. */
export const ipAddress = (version?: 4 | 6) =>
	reader(
		(value) => {
			const address = scalarText(value)?.trim() ?? '';
			const found = isIP(address);
			return found !== 0 && (version === undefined || found === version) ? address : undefined;
		},
		`must be an IP${version === undefined ? '' : `v${version}`} address`,
	);

export const macAddress = reader((value) => {
	const address = scalarText(value) ?? '';
	return /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(address) ? address : undefined;
}, 'must be a MAC address such as 02:42:ac:11:00:02');

/** A map with these members, in snake_case or camelCase. */
export const members = <S extends z.ZodRawShape>(shape: S) =>
	z.preprocess(snakeKeys, z.object(shape, { error: 'must be a map' }));

/**
 * The same, but nothing at all is an empty map, and an empty text is as good as no member.
 * @param blanks - names of members of which an empty text says something
 */
export const membersOrNull = <S extends z.ZodRawShape>(shape: S, blanks: readonly string[] = []) =>
	z.preprocess(
		(value) => withoutBlanks(snakeKeys(value ?? {}), blanks),
		z.object(shape, { error: 'must be a map or null' }),
	);

/** A list; a single value is a list of one. */
export const listOrOne = <T extends z.ZodType>(element: T) =>
	z.preprocess((value): unknown => (Array.isArray(value) ? value : [value]), z.array(element));

/** A list of strings; a single string is a list of one. */
export const textList = listOrOne(text);

/** Strings by name: a map (null counts as empty), or a list of `name=value` (no `=` counts as empty). */
export const textMap = z.preprocess(
	(value) => (Array.isArray(value) ? entriesOf(value) : nullsAsEmpty(value)),
	z.record(z.string(), text, { error: 'must be a map, or a list of name=value' }),
);

function scalarText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function entriesOf(list: readonly unknown[]): unknown {
	const pairs = list.map(scalarText);
	if (pairs.includes(undefined)) return list;
	return Object.fromEntries(pairs.map((pair = '') => splitAtFirst(pair, '=')));
}

function nullsAsEmpty(value: unknown): unknown {
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, member ?? '']));
}

/** `a=b=c` at `=` → `a`, `b=c`; the second is empty when the mark is not there. */
export function splitAtFirst(pair: string, mark: string): readonly [string, string] {
	const at = pair.indexOf(mark);
	return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + mark.length)];
}
