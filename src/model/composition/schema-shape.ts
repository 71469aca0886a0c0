import { z } from 'zod';
import { longFormOf } from './parsed.ts';

/** The schema of the value itself, without defaults, preprocessing and transformations; of two forms the long one. */
export function plainSchema(schema: z.core.$ZodType): z.core.$ZodType {
	const long = longFormOf(schema);
	if (long !== undefined) return plainSchema(long);
	if (
		schema instanceof z.ZodOptional ||
		schema instanceof z.ZodDefault ||
		schema instanceof z.ZodPrefault
	) {
		return plainSchema(schema.def.innerType);
	}
	if (!(schema instanceof z.ZodPipe)) return schema;
	const isPreprocessed = schema.def.in instanceof z.ZodTransform;
	return plainSchema(isPreprocessed ? schema.def.out : schema.def.in);
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** The members that a schema knows of a map; undefined when it is not about a map of known members. */
export function shapeOf(schema: z.core.$ZodType): Shape | undefined {
	const plain = plainSchema(schema);
	return plain instanceof z.ZodObject ? plain.shape : undefined;
}

/** What a schema knows of the elements of a list, or of the values of a map with free names. */
export function elementOf(
	schema: z.core.$ZodType,
): { readonly kind: 'list' | 'map'; readonly schema: z.core.$ZodType } | undefined {
	const plain = plainSchema(schema);
	if (plain instanceof z.ZodArray) return { kind: 'list', schema: plain.element };
	return plain instanceof z.ZodRecord ? { kind: 'map', schema: plain.valueType } : undefined;
}
