import type { Scheme, Talker } from './schemes.ts';

export interface Outage {
	readonly devices: number;
	readonly scheme: Scheme;
	/** The cloud fails at the beginning and is back after so many seconds. */
	readonly outageSeconds: number;
	/** Requests that a cloud that is back serves in a second; it refuses what is more. */
	readonly capacity: number;
	/** All first requests come within so many seconds from the beginning. */
	readonly beginSeconds: number;
	/** The simulation ends after so many seconds. */
	readonly lastSecond: number;
	/** Do not go on once every device had its poll served. Default: go on to the end. */
	readonly stopsWhenServed?: boolean;
	/** The same seed, the same result. */
	readonly seed: number;
}

export interface OutageResult {
	/** Requests that arrive in each second since the beginning, served or not. */
	readonly requests: Uint32Array;
	/** Of those, the ones that a cloud that was back refused. */
	readonly refused: number;
	/** For each device that had its poll served after the outage, the seconds from its end, in rising order. */
	readonly servedAfterSeconds: readonly number[];
}

/** A random sequence (Park and Miller) of whole numbers, the same on every machine. */
export function createFraction(seed: number): () => number {
	let state = (seed % 2_147_483_646) + 1;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}

/** Who asks when: a list for each second, in the order in which they were put down. */
class Agenda {
	readonly #heads: Int32Array;
	readonly #tails: Int32Array;
	readonly #next: Int32Array;
	readonly dueMs: Float64Array;

	constructor(seconds: number, talkers: number) {
		this.#heads = new Int32Array(seconds).fill(-1);
		this.#tails = new Int32Array(seconds).fill(-1);
		this.#next = new Int32Array(talkers);
		this.dueMs = new Float64Array(talkers);
	}

	put(talker: number, dueMs: number): void {
		const second = Math.floor(dueMs / 1000);
		if (second >= this.#heads.length) return;
		this.dueMs[talker] = dueMs;
		this.#next[talker] = -1;
		const tail = this.#tails[second] ?? -1;
		if (tail === -1) this.#heads[second] = talker;
		else this.#next[tail] = talker;
		this.#tails[second] = talker;
	}

	/** Calls with each of a second. Nobody is put into the same second meanwhile: pauses are longer. */
	each(second: number, visit: (talker: number) => void): void {
		for (let talker = this.#heads[second] ?? -1; talker !== -1;) {
			const next = this.#next[talker] ?? -1;
			visit(talker);
			talker = next;
		}
	}
}

/** Lets a fleet lose its cloud, second by second, and counts what arrives at the cloud. */
export function simulateOutage(outage: Outage): OutageResult {
	const { devices, lastSecond, outageSeconds, capacity, stopsWhenServed = false } = outage;
	const requests = new Uint32Array(lastSecond);
	const servedAfterSeconds: number[] = [];
	const isServed = new Uint8Array(devices);
	const { talkers, begins } = fleetOf(outage);
	const agenda = new Agenda(lastSecond, talkers.length);
	for (const [index, dueMs] of begins.entries()) agenda.put(index, dueMs);
	let refused = 0;
	for (let second = 0; second < lastSecond; second += 1) {
		if (stopsWhenServed && servedAfterSeconds.length === devices) break;
		const room = second < outageSeconds ? 0 : capacity;
		let arrived = 0;
		agenda.each(second, (index) => {
			const talker = talkers[index] ?? nobody;
			const nowMs = agenda.dueMs[index] ?? 0;
			arrived += 1;
			const isTaken = arrived <= room;
			agenda.put(index, isTaken ? talker.succeed(nowMs) : talker.fail(nowMs));
			if (!isTaken || index >= devices || isServed[index] === 1) return;
			isServed[index] = 1;
			servedAfterSeconds.push(second - outageSeconds);
		});
		requests[second] = arrived;
		if (second >= outageSeconds) refused += Math.max(0, arrived - room);
	}
	return { requests, refused, servedAfterSeconds };
}

const nobody: Talker = { succeed: () => Infinity, fail: () => Infinity };

interface Fleet {
	/** The pollers of all devices, and then their reporters. */
	readonly talkers: readonly Talker[];
	/** When each asks first, in milliseconds. */
	readonly begins: readonly number[];
}

function fleetOf({ devices, scheme, beginSeconds, seed }: Outage): Fleet {
	const fraction = createFraction(seed);
	const talkers = [
		...Array.from({ length: devices }, () => scheme.poller(fraction)),
		...Array.from({ length: devices }, () => scheme.reporter(fraction)),
	];
	return { talkers, begins: talkers.map(() => fraction() * beginSeconds * 1000) };
}

/** Largest number of requests in any second from `fromSecond` on. */
export function peakOf({ requests }: OutageResult, fromSecond: number): number {
	return requests.subarray(fromSecond).reduce((most, count) => Math.max(most, count), 0);
}
