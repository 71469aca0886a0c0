import { pauseAfterFailureMs, pauseAfterSuccessMs } from '../../src/cloud/poll-schedule.ts';
import { ReportSchedule } from '../../src/cloud/report-schedule.ts';

/** Pause between two polls while all is well, in milliseconds. */
export const pollIntervalMs = 900_000;
/** An idle device tells of its sensors so often, in milliseconds. */
const metricsMs = 300_000;

/** One of the two things a device does again and again: it polls, and it reports. Times are in milliseconds. */
export interface Talker {
	/** The cloud answered. @returns when the next request is due */
	succeed(nowMs: number): number;
	/** It did not. @returns when the next request is due */
	fail(nowMs: number): number;
}

/** When devices ask: as a supervisor decides it. */
export interface Scheme {
	readonly name: string;
	/** @param fraction - a random number, 0 to 1 */
	poller(fraction: () => number): Talker;
	reporter(fraction: () => number): Talker;
}

/** With the functions that the product uses. */
export const ours: Scheme = {
	name: 'Holdfast',
	poller(fraction) {
		let failures = 0;
		return {
			succeed(nowMs) {
				failures = 0;
				return nowMs + pauseAfterSuccessMs(pollIntervalMs, fraction());
			},
			fail(nowMs) {
				const pause = { failures, intervalMs: pollIntervalMs, fraction: fraction() };
				failures += 1;
				return nowMs + pauseAfterFailureMs(pause);
			},
		};
	},
	reporter(fraction) {
		const schedule = new ReportSchedule({ pollIntervalMs: () => pollIntervalMs, fraction });
		return {
			succeed(nowMs) {
				schedule.accepted({ cpu_usage: 0 }, nowMs);
				return Math.max(schedule.readyAtMs, nowMs + metricsMs);
			},
			fail(nowMs) {
				schedule.failed(nowMs, undefined);
				return schedule.readyAtMs;
			},
		};
	},
};

/** As balena's supervisor decides it (contract 2.2 and 2.3): no chance in its pauses after failures. */
export const reference: Scheme = {
	name: 'fixed pauses',
	poller: (fraction) => fixedTalker(() => pollIntervalMs + 60_000 * fraction()),
	reporter: () => fixedTalker(() => metricsMs),
};

function fixedTalker(afterSuccessMs: () => number): Talker {
	let failures = 0;
	return {
		succeed(nowMs) {
			failures = 0;
			return nowMs + afterSuccessMs();
		},
		fail(nowMs) {
			const pauseMs = Math.min(pollIntervalMs, 15_000 * 2 ** Math.min(failures, 20));
			failures += 1;
			return nowMs + pauseMs;
		},
	};
}
