import { canonicalJson } from '../kit/digest.ts';
import type { CloudReport } from './cloud-report.ts';

const metricFields: ReadonlySet<string> = new Set([
	'cpu_usage',
	'memory_usage',
	'memory_total',
	'storage_block_device',
	'storage_usage',
	'storage_total',
	'cpu_temp',
	'cpu_id',
] satisfies (keyof CloudReport)[]);

/** Readings that move within one step of this size count as unchanged. */
const metricSteps: Readonly<Record<string, number>> = {
	cpu_usage: 20,
	memory_usage: 10,
	cpu_temp: 5,
};

/**
 * The fields of a report that changed; `apps` whole or not at all.
 * @param accepted - what the cloud has, as far as we know
 */
export function cloudDifference(accepted: CloudReport, current: CloudReport): CloudReport {
	const before = new Map<string, unknown>(Object.entries(accepted));
	return Object.fromEntries(
		Object.entries(current).filter(
			([field, value]) => value !== undefined && hasChanged(field, before.get(field), value),
		),
	);
}

/** True when a report tells a reading of the hardware. */
export function hasMetrics(report: CloudReport): boolean {
	return Object.keys(report).some((field) => metricFields.has(field));
}

/**
 * True when a difference tells nothing but readings of the hardware that moved, or nothing at all. One that takes them
 * back, or gives them for the first time since, tells of a setting.
 * @param accepted - what the cloud has, as far as we know
 */
export function isMetricsOnly(difference: CloudReport, accepted: CloudReport = {}): boolean {
	const before = new Map<string, unknown>(Object.entries(accepted));
	return Object.entries(difference).every(
		([field, value]) => metricFields.has(field) && value !== null && before.get(field) !== null,
	);
}

/** The part of a report that is worth to be remembered over a restart: readings are soon stale. */
export function withoutMetrics(report: CloudReport): CloudReport {
	return Object.fromEntries(Object.entries(report).filter(([field]) => !metricFields.has(field)));
}

function hasChanged(field: string, before: unknown, now: unknown): boolean {
	const step = metricSteps[field];
	if (step !== undefined && typeof before === 'number' && typeof now === 'number') {
		return Math.floor(before / step) !== Math.floor(now / step);
	}
	return before === undefined || canonicalJson(before) !== canonicalJson(now);
}
