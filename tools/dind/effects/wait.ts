import type { Clock } from '../../../src/kit/clock.ts';
import { ToolError } from './errors.ts';

export interface WaitOptions {
	readonly withinMs: number;
	readonly everyMs: number;
	/** The failure, when the time is over; asked for then. */
	readonly what: string | (() => string);
	readonly todo: string;
}

export interface WaitTools {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/**
 * Asks again and again until the answer is true.
 * @throws {ToolError} when the time is over or on Ctrl-C
 */
export async function waitUntil(
	{ clock, signal }: WaitTools,
	isSo: () => Promise<boolean>,
	{ withinMs, everyMs, what, todo }: WaitOptions,
): Promise<void> {
	const deadlineMs = clock.monotonicMs() + withinMs;
	while (!(await isSo())) {
		if (signal.aborted) throw new ToolError('interrupted; what was started is left running');
		if (clock.monotonicMs() > deadlineMs) {
			const said = typeof what === 'string' ? what : what();
			throw new ToolError(`${said} (waited ${Math.round(withinMs / 1000)} s)`, { todo });
		}
		await clock.sleep(everyMs, signal).catch(() => undefined); // the next turn tells of Ctrl-C
	}
}
