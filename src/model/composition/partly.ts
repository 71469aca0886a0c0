import { z } from 'zod';
import { pathText } from './parsed.ts';

/** A part of a field that has no effect. */
export interface IgnoredPart {
	/** Where it is in the field; empty for the field as a whole. */
	readonly path: readonly PropertyKey[];
	/** Why, in words that follow the place. */
	readonly reason: string;
}

/** What was read of a field, and what of it has no effect. */
export class Partly<T> {
	readonly taken: T;
	readonly ignored: readonly IgnoredPart[];

	constructor(taken: T, ignored: readonly IgnoredPart[] = []) {
		this.taken = taken;
		this.ignored = ignored;
	}
}

/** One sentence for each part of the fields that has no effect: `volumes[0]: …`. */
export function ignoredParts(fields: Readonly<Record<string, unknown>>): string[] {
	return Object.entries(fields).flatMap(([name, value]) =>
		value instanceof Partly
			? value.ignored.map(({ path, reason }) => `${pathText(name, path)}: ${reason}`)
			: [],
	);
}

/**
 * A field whose value has no effect, and is told, when it is not of the kind asked for: balena's supervisor runs the
 * service without it.
 * @param kind - what the value has to be to mean anything
 * @param schema - how such a value is read; its complaints stand
 */
export function orIgnored<T>(
	kind: z.ZodType,
	schema: z.ZodType<T>,
	reason: string,
): z.ZodOptional<z.ZodType<Partly<T | undefined>>> {
	const read = z.unknown().transform((value, ctx): Partly<T | undefined> => {
		if (!kind.safeParse(value).success)
			return new Partly<T | undefined>(undefined, [{ path: [], reason }]);
		const result = schema.safeParse(value);
		if (result.success) return new Partly<T | undefined>(result.data);
		for (const { message } of result.error.issues) ctx.addIssue({ code: 'custom', message });
		return z.NEVER;
	});
	return read.optional();
}
