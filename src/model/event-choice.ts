import type { EventType } from './event.ts';

/** Events that have no number: too many, and of no use later. */
const passing: ReadonlySet<string> = new Set<EventType>(['pull.progress', 'log.line']);

/** True for events that are numbered and kept. */
export function isKept(type: EventType): boolean {
	return !passing.has(type);
}

/**
 * @param wanted - types (`step.done`) or their first words (`step`); none: all types
 * @returns true if an event of this type is wanted
 */
export function matchesType(type: string, wanted: readonly string[]): boolean {
	if (wanted.length === 0) return true;
	return wanted.some((one) => type === one || type.startsWith(`${one}.`));
}
