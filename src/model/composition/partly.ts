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
