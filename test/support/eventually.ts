/**
 * Resolves with what `probe` returns once it neither throws nor returns undefined.
 * @throws the last failure of the probe, when `withinMs` have passed
 */
export async function eventually<T>(
	what: string,
	probe: () => Promise<T | undefined> | T | undefined,
	{ withinMs = 30_000, everyMs = 100 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
	const deadline = performance.now() + withinMs;
	let last: unknown;
	do {
		try {
			const found = await probe();
			if (found !== undefined) return found;
		} catch (err) {
			last = err;
		}
		await new Promise((resolve) => setTimeout(resolve, everyMs));
	} while (performance.now() < deadline);
	throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
}
