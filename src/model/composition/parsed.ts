import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';

/** The answer of a parser: the value, or one sentence a fault, each beginning with the path it is about. */
export type Parsed<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly reasons: readonly string[] };

/** Parses with a schema. @param at - path of `input` in its document; empty for the document itself */
export function parseWith<S extends z.ZodType>(
	schema: S,
	input: unknown,
	at: string,
): Parsed<z.output<S>> {
	const result = schema.safeParse(input);
	if (result.success) return { ok: true, value: result.data };
	return { ok: false, reasons: reasonsOf(result.error, at) };
}

/** One sentence a fault: `services.web.ports[0]: must be …`. */
export function reasonsOf(error: z.ZodError, at: string): string[] {
	return error.issues.map((issue) => {
		const where = pathText(at, issue.path);
		const message = messageOfIssue(issue);
		return where === '' ? message : `${where}: ${message}`;
	});
}

function messageOfIssue(issue: z.core.$ZodIssue): string {
	if (issue.code !== 'invalid_key') return issue.message;
	return `the name ${issue.issues.map(({ message }) => message).join(', ')}`;
}

/** `a.b[0]`; keys that are not plain words are quoted. */
export function pathText(at: string, path: readonly PropertyKey[]): string {
	return path.reduce<string>((text, key) => {
		if (typeof key === 'number') return `${text}[${key}]`;
		const name = String(key);
		if (!/^[\w-]+$/.test(name)) return `${text}["${name}"]`;
		return text === '' ? name : `${text}.${name}`;
	}, at);
}

/** A schema from a function that answers undefined for what it cannot read. */
export function reader<T>(
	read: (value: unknown) => T | undefined,
	complaint: string,
): z.ZodType<T> {
	return z.unknown().transform((value, ctx): T => {
		const result = read(value);
		if (result !== undefined) return result;
		ctx.issues.push({ code: 'custom', message: complaint, input: value });
		return z.NEVER;
	});
}

/** By schema of {@link longOrShort}: the one of its long form. */
const longForms = new WeakMap<z.core.$ZodType, z.core.$ZodType>();

/** The schema of the long form, of a schema that has one. */
export function longFormOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
	return longForms.get(schema);
}

/** A value in a long form (a map) or a short one (anything else); each has its schema, and its own complaints. */
export function longOrShort<T>(long: z.ZodType<T>, short: z.ZodType<T>): z.ZodType<T> {
	const either = z.unknown().transform((value, ctx): T => {
		const result = (isRecord(value) ? long : short).safeParse(value);
		if (result.success) return result.data;
		for (const { path, message } of result.error.issues) {
			ctx.addIssue({ code: 'custom', path: [...path], message });
		}
		return z.NEVER;
	});
	longForms.set(either, long);
	return either;
}
