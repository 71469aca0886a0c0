import { pauseAfterFailureMs } from './poll-schedule.ts';
import { shapeOfApps } from '../report/cloud-apps.ts';
import { hasMetrics } from '../report/cloud-difference.ts';
import type { CloudReport } from '../report/cloud-report.ts';

/** Shortest time between two reports, in milliseconds. */
const spacingMs = 10_000;
/** Shortest time between two reports that tell nothing but readings of the hardware, in milliseconds. */
const metricsSpacingMs = 300_000;

type Apps = NonNullable<CloudReport['apps']>;

export interface ReportScheduleOptions {
	/** Upper limit of pauses after failures, in milliseconds. */
	readonly pollIntervalMs: () => number;
	/** Random number, 0 to 1. */
	readonly fraction: () => number;
}

/** So many different apps that were refused are remembered. */
const refusalsKept = 16;

interface Refusal {
	readonly failures: number;
	/** The apps are not tried before. */
	readonly untilMs: number;
}

/**
 * When to report what. A report whose apps the cloud refuses is sent again with fewer or without them; the same apps
 * are tried again after a pause of their own, apps that differ in more than their progress at once.
 */
export class ReportSchedule {
	readonly #options: ReportScheduleOptions;
	#readyAtMs = 0;
	#failures = 0;
	#metricsAtMs = 0;
	/** By shape, the oldest first. */
	readonly #refusals = new Map<string, Refusal>();

	constructor(options: ReportScheduleOptions) {
		this.#options = options;
	}

	/** Before this moment nothing is to be sent. */
	get readyAtMs(): number {
		return this.#readyAtMs;
	}

	allowsMetrics(nowMs: number): boolean {
		return nowMs >= this.#metricsAtMs;
	}

	allowsApps(apps: Apps, nowMs: number): boolean {
		return nowMs >= (this.#refusals.get(shapeOfApps(apps))?.untilMs ?? 0);
	}

	/** The cloud took a report. */
	accepted(fields: CloudReport, nowMs: number): void {
		this.#failures = 0;
		this.#readyAtMs = nowMs + spacingMs;
		if (hasMetrics(fields)) this.#metricsAtMs = nowMs + metricsSpacingMs;
		if (fields.apps !== undefined) this.#refusals.delete(shapeOfApps(fields.apps));
	}

	/** The cloud refused a report that carried apps. @returns pause of these apps in milliseconds */
	refusedApps(apps: Apps, nowMs: number): number {
		const shape = shapeOfApps(apps);
		const failures = this.#refusals.get(shape)?.failures ?? 0;
		const pauseMs = this.#pauseMs(failures);
		this.#refusals.delete(shape);
		this.#refusals.set(shape, { failures: failures + 1, untilMs: nowMs + pauseMs });
		for (const oldest of [...this.#refusals.keys()].slice(0, -refusalsKept)) {
			this.#refusals.delete(oldest);
		}
		this.#readyAtMs = nowMs + spacingMs;
		return pauseMs;
	}

	/** No report could be made, sent or placed. @returns pause in milliseconds */
	failed(nowMs: number, retryAfterMs: number | undefined): number {
		const pauseMs = this.#pauseMs(this.#failures, retryAfterMs);
		this.#failures += 1;
		this.#readyAtMs = nowMs + Math.max(spacingMs, pauseMs);
		return pauseMs;
	}

	#pauseMs(failures: number, retryAfterMs?: number): number {
		const { pollIntervalMs, fraction } = this.#options;
		return pauseAfterFailureMs({
			failures,
			intervalMs: pollIntervalMs(),
			fraction: fraction(),
			retryAfterMs,
		});
	}
}
