import { z } from 'zod';

/** A number that may come as text, with blanks around it; a fraction of zeros is no fraction. */
const number = (error: string): z.ZodPreprocess<z.ZodNumber> =>
	z.preprocess(
		(value) =>
			typeof value === 'string' && /^\s*-?\d+(\.0*)?\s*$/.test(value) ? Number(value) : value,
		z.number({ error }).int(error),
	);

/** `1/0`, `true/false`, `on/off` in any case, as text with blanks around it or not, as number or boolean. */
export const flag = z.preprocess(
	(value) => {
		if (typeof value === 'boolean') return value;
		const word = String(value).trim();
		if (/^(1|true|on)$/i.test(word)) return true;
		return /^(0|false|off)$/i.test(word) ? false : value;
	},
	z.boolean({ error: 'must be a boolean (true, false, 1, 0, on, off)' }),
);

export const integer = number('must be an integer');

/** A moment in time; programs that write one do not agree on fractions, which are left out. */
export const moment = z.preprocess(
	(value) => (typeof value === 'number' ? Math.floor(value) : value),
	integer,
);

/** @param least - smallest value that is allowed */
export const integerFrom = (least: number): z.ZodPipe<z.ZodPreprocess<z.ZodNumber>, z.ZodNumber> =>
	integer.pipe(z.number().min(least, `must be at least ${least}`));

/** A TCP port. */
export const port = number('must be a port').pipe(
	z.number().min(1, 'must be a port').max(65_535, 'must be a port'),
);

export const text = z.string({ error: 'must be a string' });

/** A URL, or empty for none. */
export const url = text.refine((value) => value === '' || URL.canParse(value), 'must be a URL');

/** One of some words. */
export const oneOf = <const T extends readonly string[]>(
	words: T,
): z.ZodEnum<{ [K in T[number]]: K }> =>
	z.enum(words, { error: `must be one of ${words.join(', ')}` });

/** Names whose values must not be shown. */
const secretNames = /key|token|secret|password|cert|rootca/i;

/** A value as a message may show it: short, and never a secret. */
export function shown(name: string, value: unknown): string {
	if (secretNames.test(name)) return 'a value that is not shown';
	const json = value === undefined ? 'nothing' : JSON.stringify(value);
	return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
