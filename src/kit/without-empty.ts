import { isRecord } from './digest.ts';

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that say something: those that are undefined, false, or an empty list or map are left out. */
export function withoutEmpty<T extends object>(members: T): Said<T> {
	const said: Said<T> = {};
	for (const name in members) {
		if (!isEmpty(members[name])) said[name] = members[name] as Exclude<T[typeof name], undefined>;
	}
	return said;
}

function isEmpty(value: unknown): boolean {
	if (value === undefined || value === false) return true;
	if (Array.isArray(value)) return value.length === 0;
	return isRecord(value) && hasNone(value);
}

function hasNone(members: Record<string, unknown>): boolean {
	for (const _ in members) return false;
	return true;
}
