import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import { unsupportedDocs } from './field.ts';
import { snakeCase } from './keys.ts';
import { longFormOf, pathText } from './parsed.ts';

/**
 * The members of a value that have no effect, at any depth, one sentence each: those that the schema marks as
 * unsupported, and those it does not know. What is free to name, such as labels, is never among them, nor are `x-`
 * extensions.
 * @param at - path of the value, for the sentences
 */
export function ignoredMembers(schema: z.core.$ZodType, value: unknown, at: string): string[] {
	const inner = withoutWrapping(schema, value);
	if (inner instanceof z.ZodObject && isRecord(value)) return membersOf(inner, value, at);
	if (inner instanceof z.ZodArray && Array.isArray(value)) {
		const list: readonly unknown[] = value;
		return list.flatMap((one, index) => ignoredMembers(inner.element, one, `${at}[${index}]`));
	}
	if (inner instanceof z.ZodRecord && isRecord(value)) {
		return Object.entries(value).flatMap(([key, one]) =>
			ignoredMembers(inner.valueType, one, pathText(at, [key])),
		);
	}
	return [];
}

function membersOf(
	{ shape }: z.ZodObject<Readonly<Record<string, z.core.$ZodType>>>,
	value: Readonly<Record<string, unknown>>,
	at: string,
): string[] {
	const given = Object.entries(value).filter(
		([key, member]) => member !== null && !key.startsWith('x-'),
	);
	return given.flatMap(([key, member]) => {
		const name = snakeCase(key);
		const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
		if (schema === undefined) return [`${pathText(at, [key])}: not known`];
		const refusal = unsupportedDocs.get(schema);
		if (refusal === undefined) return ignoredMembers(schema, member, pathText(at, [name]));
		return refusal.isHarmless(member) ? [] : [`${pathText(at, [name])}: ${refusal.reason}`];
	});
}

/** The schema of the value itself, without defaults, preprocessing and transformations. */
function withoutWrapping(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
	const long = longFormOf(schema);
	if (long !== undefined) return isRecord(value) ? withoutWrapping(long, value) : z.unknown();
	if (
		schema instanceof z.ZodOptional ||
		schema instanceof z.ZodDefault ||
		schema instanceof z.ZodPrefault
	) {
		return withoutWrapping(schema.def.innerType, value);
	}
	if (!(schema instanceof z.ZodPipe)) return schema;
	const isPreprocessed = schema.def.in instanceof z.ZodTransform;
	return withoutWrapping(isPreprocessed ? schema.def.out : schema.def.in, value);
}
