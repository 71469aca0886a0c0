import type { Report } from '../store/rows.ts';
import type { DeviceReport } from './device-report.ts';

/** Longest text kept of a field, in characters; the rest is cut off. */
const lengths: Record<string, number> = {
	status: 50,
	os_version: 70,
	supervisor_version: 20,
	api_secret: 64,
	ip_address: 2000,
	mac_address: 900,
};

const variants: readonly unknown[] = ['dev', 'prod', null];

/** Addresses are cut between two of them. */
const isList = (field: string): boolean => field === 'ip_address' || field === 'mac_address';

function cut(field: string, text: string): string {
	const length = lengths[field] ?? 1000;
	if (text.length <= length) return text;
	return isList(field) ? text.slice(0, text.lastIndexOf(' ', length)) : text.slice(0, length);
}

function toKept(field: string, value: string): string {
	return cut(field, field === 'cpu_id' ? value.toLowerCase() : value);
}

/**
 * What of a report is kept on the device's row: all but the apps, texts cut, the processor's number in lower case, an
 * unknown OS variant dropped.
 */
export function toKeptReport({ apps: _apps, ...report }: DeviceReport): Report {
	const kept: Report = {};
	for (const [field, value] of Object.entries(report)) {
		if (value === undefined) continue;
		if (field === 'os_variant' && !variants.includes(value)) continue;
		kept[field] = typeof value === 'string' ? toKept(field, value) : value;
	}
	return kept;
}
