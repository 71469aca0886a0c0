/** Longest pause the cloud can ask for: a wrong header must not silence a device for days. */
const longestMs = 3_600_000;

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date. A date is measured against the answer's own `Date`
 * header, so that a wrong clock of the device does not matter.
 * @param nowMs - wall time, for answers without a `Date` header
 * @returns milliseconds, 0 to one hour; undefined when there is no header or it cannot be read
 */
export function parseRetryAfter(
	headers: Readonly<Record<string, string | undefined>>,
	nowMs: number,
): number | undefined {
	const text = headers['retry-after']?.trim();
	if (text === undefined || text === '') return undefined;
	const ms = /^\d+$/.test(text)
		? Number(text) * 1000
		: Date.parse(text) - sentAtMs(headers['date'], nowMs);
	return Number.isNaN(ms) ? undefined : Math.min(longestMs, Math.max(0, ms));
}

function sentAtMs(dateHeader: string | undefined, nowMs: number): number {
	const ms = Date.parse(dateHeader ?? '');
	return Number.isNaN(ms) ? nowMs : ms;
}
