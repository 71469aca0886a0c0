import type { Clock } from '../kit/clock.ts';
import { digestOf } from '../kit/digest.ts';

/** Counts wrong keys by the address they come from. */
export interface WrongKeys {
	/**
	 * A wrong key came from this address. The same one again is no other guess: an app whose key is an old one may ask as
	 * often as it likes.
	 * @returns how long it shall wait, in milliseconds, once it has sent too many; 0 before
	 */
	count(address: string, key: string): number;
}

/** So many may come at once. */
const burst = 20;
/** One more is forgiven after so long, in milliseconds. */
const forgivenMs = 3_000;
/** So many addresses are remembered; the one that was silent longest is forgotten first. */
const addressesKept = 1_000;

interface Bucket {
	readonly wrong: number;
	readonly atMs: number;
	/** Digests of the last ones. */
	readonly known: readonly string[];
}

const loopback = /^(?:::ffff:)?127\.|^::1$/;

/** Token buckets. The loopback address is never told to wait: others on the device come from it, too. */
export function createWrongKeys(clock: Pick<Clock, 'monotonicMs'>): WrongKeys {
	const buckets = new Map<string, Bucket>();
	return {
		count(address, key) {
			if (loopback.test(address)) return 0;
			const atMs = clock.monotonicMs();
			const nothing = { wrong: 0, atMs, known: [] };
			const { wrong: before, atMs: beforeMs, known } = buckets.get(address) ?? nothing;
			const digest = digestOf(key);
			if (known.includes(digest)) return 0;
			const wrong = Math.min(burst + 1, Math.max(0, before - (atMs - beforeMs) / forgivenMs) + 1);
			buckets.delete(address); // and in again, as the newest
			buckets.set(address, { wrong, atMs, known: [...known, digest].slice(-burst) });
			const [oldest] = buckets.keys();
			if (buckets.size > addressesKept && oldest !== undefined) buckets.delete(oldest);
			return wrong <= burst ? 0 : Math.ceil((wrong - burst) * forgivenMs);
		},
	};
}
