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

/** `stopGracePeriod` → `stop_grace_period` */
export function snakeCase(key: string): string {
	return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
