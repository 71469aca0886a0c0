import { isRecord } from '../../kit/digest.ts';

/**
 * The members of a Compose object under their snake_case names, whichever of snake_case and camelCase the document
 * uses; null members are left out, as they mean the same as absent ones. Where a document has both spellings the
 * snake_case one counts. What is not an object is returned as it is.
 */
export function snakeKeys(value: unknown): unknown {
	if (!isRecord(value)) return value;
	const given = Object.entries(value).filter(([, member]) => member !== null);
	const spelled = given.map(([key, member]) => [snakeCase(key), member] as const);
	const exact = given.filter(([key]) => snakeCase(key) === key);
	return Object.fromEntries([...spelled, ...exact]);
}

/**
 * Without the members that are empty texts: where a variable in a document had no value, nothing is said.
 * @param kept - names of members of which an empty text says something
 */
export function withoutBlanks(value: unknown, kept: readonly string[] = []): unknown {
	if (!isRecord(value)) return value;
	const said = Object.entries(value).filter(([key, one]) => one !== '' || kept.includes(key));
	return Object.fromEntries(said);
}

/** `stopGracePeriod` → `stop_grace_period` */
export function snakeCase(key: string): string {
	return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
