import { z } from 'zod';

/** What docs/compose.md says of a field that has an effect. */
export interface FieldDoc {
	/** The forms its value may have. */
	readonly forms: string;
	/** Where its value goes: a member of the body of the Engine API's `POST /containers/create`. */
	readonly engine: string;
	/** What holds without it. */
	readonly fallback: string;
	/** False: a change of it leaves the container as it is. */
	readonly recreates?: false;
	/** What it does, in one sentence. */
	readonly doc: string;
}

/** What is told of a field, or a member of one, that has no effect. */
export interface UnsupportedDoc {
	/** Why, in words that follow its name. */
	readonly reason: string;
	/** True for values that mean what holds anyway, so that nothing is told. */
	readonly isHarmless: (value: unknown) => boolean;
}

export const fieldDocs = z.registry<FieldDoc>();
export const unsupportedDocs = z.registry<UnsupportedDoc>();

/** Puts a field into the table; its schema is the same afterwards. */
export function field<T extends z.ZodType>(schema: T, doc: FieldDoc): T {
	fieldDocs.add(schema, doc);
	return schema;
}

/** A field, or a member of one, that has no effect, whatever its value. */
export function unsupported(
	reason: string,
	isHarmless: UnsupportedDoc['isHarmless'] = () => false,
): z.ZodOptional<z.ZodUnknown> {
	const schema = z.unknown().optional();
	unsupportedDocs.add(schema, { reason, isHarmless });
	return schema;
}

/** A member that describes what holds anyway: nothing is told of it. */
export function harmless(reason: string): z.ZodOptional<z.ZodUnknown> {
	return unsupported(reason, () => true);
}
