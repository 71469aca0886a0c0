import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
	/** Default two minutes. */
	readonly withinMs?: number;
	/** Default half a second. */
	readonly everyMs?: number;
}

/**
 * Repeats a check until it throws no more, and returns what it returned.
 * @throws the check's last failure when the time is over
 */
export async function eventually<T>(
	check: () => Promise<T> | T,
	{ withinMs = 120_000, everyMs = 500 }: EventuallyOptions = {},
): Promise<T> {
	const deadline = performance.now() + withinMs;
	for (;;) {
		try {
			return await check();
		} catch (failure) {
			if (performance.now() > deadline) throw failure;
			await pause(everyMs);
		}
	}
}
