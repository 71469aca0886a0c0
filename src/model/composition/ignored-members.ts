import type { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import { unsupportedDocs } from './field.ts';
import { snakeCase } from './keys.ts';
import { pathText } from './parsed.ts';
import { elementOf, shapeOf } from './schema-shape.ts';

/**
 * The members of a value that have no effect, at any depth, one sentence each: those that the schema marks as
 * unsupported, and those it does not know. What is free to name, such as labels, is never among them, nor are `x-`
 * extensions.
 * @param at - path of the value, for the sentences
 */
export function ignoredMembers(schema: z.core.$ZodType, value: unknown, at: string): string[] {
	const shape = shapeOf(schema);
	if (shape !== undefined) return isRecord(value) ? membersOf(shape, value, at) : [];
	const element = elementOf(schema);
	if (element === undefined) return [];
	return entriesOf(value, element.kind).flatMap(([key, one]) =>
		ignoredMembers(element.schema, one, pathText(at, [key])),
	);
}

function entriesOf(
	value: unknown,
	kind: 'list' | 'map',
): readonly (readonly [string | number, unknown])[] {
	if (kind === 'map') return isRecord(value) ? Object.entries(value) : [];
	const list: readonly unknown[] = Array.isArray(value) ? value : [];
	return list.map((one, index) => [index, one]);
}

function membersOf(
	shape: Readonly<Record<string, z.core.$ZodType>>,
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
