/** @returns nanoseconds since 1970 of an engine's stamp (RFC 3339, up to nine fractional digits); undefined if it is none */
export function nanosOf(stamp: string): bigint | undefined {
	const [, seconds, fraction = '', zone] =
		/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(stamp) ?? [];
	if (seconds === undefined || zone === undefined) return undefined;
	const milliseconds = Date.parse(`${seconds}${zone}`);
	if (Number.isNaN(milliseconds)) return undefined;
	return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** `seconds.nanoseconds`, as the engine's `since` takes it. */
export function toSince(nanos: bigint): string {
	return `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;
}
