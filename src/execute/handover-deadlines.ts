import type { Clock } from '../kit/clock.ts';

/**
 * Until when a hand-over waits for its sign: a wait that is left and joined again does not begin anew. Kept in memory, so
 * that a supervisor that starts anew waits anew.
 */
export interface HandoverDeadlines {
	/** Monotonic milliseconds; `timeoutMs` from the first time that it is asked for. */
	endsAtMs(appId: number, serviceName: string, timeoutMs: number): number;
	/** The hand-over is over, or another begins. */
	forget(appId: number, serviceName: string): void;
}

export function createHandoverDeadlines(clock: Pick<Clock, 'monotonicMs'>): HandoverDeadlines {
	const deadlines = new Map<string, number>();
	const keyOf = (appId: number, serviceName: string): string => `${appId}/${serviceName}`;
	return {
		endsAtMs(appId, serviceName, timeoutMs) {
			const key = keyOf(appId, serviceName);
			const deadline = deadlines.get(key) ?? clock.monotonicMs() + timeoutMs;
			deadlines.set(key, deadline);
			return deadline;
		},
		forget: (appId, serviceName) => void deadlines.delete(keyOf(appId, serviceName)),
	};
}
