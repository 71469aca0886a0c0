import type { Clock } from '../../../src/kit/clock.ts';
import type { Report } from '../store/rows.ts';

const metrics: ReadonlySet<string> = new Set([
	'memory_usage',
	'memory_total',
	'storage_block_device',
	'storage_usage',
	'storage_total',
	'cpu_temp',
	'cpu_usage',
	'cpu_id',
	'is_undervolted',
]);

/** @returns what of a device's report is to be kept */
export type MetricsLimit = (deviceId: number, report: Report) => Report;

/**
 * Readings of the hardware that come with nothing else are kept at most once a minute; sooner ones are taken and
 * forgotten.
 */
export function createMetricsLimit(clock: Clock): MetricsLimit {
	const keptAtMs = new Map<number, number>();
	return (deviceId, report) => {
		const fields = Object.keys(report);
		if (!fields.some((field) => metrics.has(field))) return report;
		const isAlone = fields.every((field) => metrics.has(field));
		const nowMs = clock.monotonicMs();
		if (isAlone && nowMs - (keptAtMs.get(deviceId) ?? -Infinity) < 60_000) return {};
		keptAtMs.set(deviceId, nowMs);
		return report;
	};
}
