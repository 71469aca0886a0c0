const nanosecondsOf: Readonly<Record<string, number>> = {
	h: 3_600_000_000_000,
	m: 60_000_000_000,
	s: 1_000_000_000,
	ms: 1_000_000,
	us: 1_000,
	µs: 1_000,
	ns: 1,
};

/**
 * A duration as Compose writes it: `1m30s`, `1.5s`, `500ms`. A bare number counts seconds.
 * @returns nanoseconds; undefined for anything else
 */
export function parseDurationNs(value: unknown): number | undefined {
	if (typeof value === 'number') return bareSeconds(value);
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (/^\d+(\.\d+)?$/.test(text)) return bareSeconds(Number(text));
	if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
	const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g);
	const sum = [...parts].reduce(
		(total, [, count, unit = '']) => total + Number(count) * (nanosecondsOf[unit] ?? 0),
		0,
	);
	return bounded(sum);
}

function bareSeconds(seconds: number): number | undefined {
	return bounded(seconds * 1_000_000_000);
}

function bounded(nanoseconds: number): number | undefined {
	const whole = Math.round(nanoseconds);
	return whole >= 0 && Number.isSafeInteger(whole) ? whole : undefined;
}
