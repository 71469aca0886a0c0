import { isRecord } from './digest.ts';

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that say something: those that are undefined, false, or an empty list or map are left out. */
export function withoutEmpty<T extends object>(members: T): Said<T> {
	const said = Object.entries(members).filter(([, value]) => !isEmpty(value));
	return Object.fromEntries(said) as Said<T>;
}

function isEmpty(value: unknown): boolean {
	if (value === undefined || value === false) return true;
	if (Array.isArray(value)) return value.length === 0;
	return isRecord(value) && Object.keys(value).length === 0;
}
