import type { Clock } from './clock.ts';

/**
 * Remembers what was read for a short time, so that many who ask in a row cause one reading. A reading that fails is not
 * remembered.
 */
export function createBriefMemory<T>(
	clock: Pick<Clock, 'monotonicMs'>,
	forMs: number,
	read: () => Promise<T>,
): () => Promise<T> {
	let last: { readonly untilMs: number; readonly value: Promise<T> } | undefined;
	return () => {
		if (last !== undefined && clock.monotonicMs() < last.untilMs) return last.value;
		const value = read();
		const own = { untilMs: clock.monotonicMs() + forMs, value };
		last = own;
		value.catch(() => {
			if (last === own) last = undefined;
		});
		return value;
	};
}
