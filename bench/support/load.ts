import autocannon from 'autocannon';
import { median } from './table.ts';

export interface LoadOptions {
	/** Asked one after another, again and again; with the key in a header. */
	readonly urls: readonly string[];
	readonly key?: string;
	readonly connections: number;
	/** Ends after so many answers, or after so many seconds. */
	readonly until: { readonly requests: number } | { readonly seconds: number };
}

export interface LoadResult {
	readonly perSecond: number;
	/** Milliseconds. */
	readonly p50: number;
	readonly p99: number;
	/** Of the last answer, in bytes, without its headers. */
	readonly bodyBytes: number;
}

/**
 * Asks over connections that stay open; each sends its next request when it has the answer to the last.
 * @throws {Error} unless every answer was a 200
 */
export async function putLoad({ urls, key, ...options }: LoadOptions): Promise<LoadResult> {
	const { connections, until } = options;
	const [first = ''] = urls;
	const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
	const times: number[] = [];
	const result = await new Promise<autocannon.Result>((resolve, reject) => {
		const load = autocannon(
			{
				url: new URL(first).origin,
				requests: urls.map((url) => ({ path: new URL(url).pathname, headers })),
				connections,
				...('seconds' in until ? { duration: until.seconds } : { amount: until.requests }),
			},
			(err, done) => (err instanceof Error ? reject(err) : resolve(done)),
		);
		load.on('response', (...told) => void times.push(told[3]));
	});
	const failures = result.errors + result.timeouts + result.non2xx;
	if (failures > 0 || times.length === 0) {
		throw new Error(`${failures} of ${times.length} requests to ${first} failed`);
	}
	return {
		perSecond: times.length / result.duration,
		p50: median(times),
		p99: percentile(times, 0.99),
		bodyBytes: await bodyBytesOf(first, headers),
	};
}

/** The value that so large a share of all does not exceed. @param share - 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

async function bodyBytesOf(url: string, headers: Record<string, string>): Promise<number> {
	const answer = await fetch(url, { headers });
	return (await answer.arrayBuffer()).byteLength;
}
