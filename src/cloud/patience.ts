import { longestTimerMs } from '../kit/clock.ts';

/** How long one request waits for what; all in milliseconds. */
export interface Patience {
	/** For a connection: its name, its address, its proxy, its TLS. */
	connectMs(host: string): number;
	/** For the answer to begin, and then for each next piece of it. */
	silenceMs(): number;
	/** For the whole of it, however it trickles. */
	wholeMs(): number;
	/** A connection came about after so long. */
	connected(host: string, tookMs: number): void;
	/** No connection came about within the limit. */
	missed(host: string): void;
}

/** A lost packet is sent anew after 1, 3 and 7 seconds: none of these is worth giving up for. */
const shortestConnectMs = 10_000;
/** A connection may take so many times as long as the slowest of the last ones. */
const slack = 4;
const remembered = 8;
/** Of so many hosts, the ones asked last. */
const mostHosts = 16;
/** An answer is over after so many times the setting. */
const wholeFactor = 10;

interface Experience {
	readonly tookMs: readonly number[];
	/** In a row. */
	readonly misses: number;
}

const none: Experience = { tookMs: [], misses: 0 };

/**
 * The limits follow `apiRequestTimeout`, and none but that of the whole answer is ever above it. How long to wait for a
 * connection is learned: four times the slowest of the last eight to that host, 10 s at least, twice as much after each
 * attempt that failed so; the setting itself while nothing is known. How long to wait for an answer is not learned: a
 * cloud that is slow because it is overrun must not be asked twice for that, and it may let a device wait 55 s for a no.
 * An answer as a whole may take ten times the setting.
 */
export function createPatience(settingMs: () => number): Patience {
	const hosts = new Map<string, Experience>();
	const remember = (host: string, experience: Experience): void => {
		hosts.delete(host);
		hosts.set(host, experience);
		for (const oldest of [...hosts.keys()].slice(0, -mostHosts)) hosts.delete(oldest);
	};
	return {
		connectMs(host) {
			const { tookMs, misses } = hosts.get(host) ?? none;
			if (tookMs.length === 0) return settingMs();
			const learnedMs = Math.max(shortestConnectMs, slack * Math.max(...tookMs));
			return Math.min(settingMs(), learnedMs * 2 ** Math.min(misses, 10));
		},
		silenceMs: () => Math.min(settingMs(), longestTimerMs),
		wholeMs: () => wholeFactor * settingMs(),
		connected(host, tookMs) {
			const known = hosts.get(host)?.tookMs ?? [];
			remember(host, { tookMs: [...known, tookMs].slice(-remembered), misses: 0 });
		},
		missed(host) {
			const { tookMs, misses } = hosts.get(host) ?? none;
			remember(host, { tookMs, misses: misses + 1 });
		},
	};
}
