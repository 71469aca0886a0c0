import { createHash } from 'node:crypto';

/** JSON of plain data with object keys in order at every depth, so that equal values have equal text. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value))
		return `[${value.map((inner) => canonicalJson(inner ?? null)).join(',')}]`;
	if (!isRecord(value)) return JSON.stringify(value);
	const names = Object.keys(value);
	if (names.length > 1) names.sort();
	let members = '';
	for (const name of names) {
		const inner = value[name];
		if (inner === undefined) continue;
		members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(inner)}`;
	}
	return `{${members}}`;
}

/** SHA-256 of the canonical JSON, 64 hex digits. */
export function digestOf(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** True for objects that are neither null nor arrays. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
