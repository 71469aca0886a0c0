import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import { createWaker } from '../kit/waker.ts';
import { suppressedLine, type LogLine } from '../model/log-line.ts';
import { passOn, roomIn, type LogSink } from '../ports/log-sink.ts';

export interface RateLimits {
	/** Lines a second that each service may write for as long as it likes. */
	readonly linesPerSec: number;
	/** Lines that each may write at once, after a time with fewer. */
	readonly burstLines: number;
}

export interface RateGateDeps {
	readonly sinks: readonly LogSink[];
	/** Asked for each line, as they may change at run time. */
	readonly limits: () => RateLimits;
	readonly clock: Clock;
}

/** Stands before all sinks and lets through what a service may write, so that none drowns another; the rest is counted. */
export interface RateGate extends Required<LogSink>, Job {
	/** Lines that were dropped since the beginning. */
	readonly droppedLines: number;
}

interface Bucket {
	/** Lines that may come through at once. */
	tokens: number;
	filledAtMs: number;
	/** Once it is empty it stays closed for a moment, so that what comes through hangs together. */
	isClosed: boolean;
	dropped: number;
	last: LogLine;
	toldAtMs: number;
}

/** A service that writes too much is told of once in this time, in milliseconds. */
const tellEveryMs = 1000;
/** A closed bucket opens when it has the lines of this time, in milliseconds. */
const reopenMs = 100;
/** More services than a device ever has at a time; the buckets of others are forgotten. */
const manyBuckets = 200;

export function createRateGate(deps: RateGateDeps): RateGate {
	return new BucketGate(deps);
}

class BucketGate implements RateGate {
	readonly name = 'log rate gate';
	readonly #deps: RateGateDeps;
	readonly #buckets = new Map<string | number, Bucket>();
	readonly #waker: ReturnType<typeof createWaker>;
	#droppedLines = 0;

	constructor(deps: RateGateDeps) {
		this.#deps = deps;
		this.#waker = createWaker(deps.clock);
	}

	get droppedLines(): number {
		return this.#droppedLines;
	}

	write(line: LogLine): void {
		if (line.isSystem || this.#admits(line)) this.#pass(line);
	}

	room(): Promise<void> | undefined {
		return roomIn(this.#deps.sinks);
	}

	async secure(): Promise<void> {
		await Promise.all(this.#deps.sinks.flatMap((sink) => sink.secure?.() ?? []));
	}

	/** Tells of lines that were dropped, also when none follows. */
	async run(signal: AbortSignal): Promise<void> {
		try {
			for (;;) {
				await this.#waker.wait(Infinity, signal);
				await this.#deps.clock.sleep(tellEveryMs, signal);
				for (const bucket of this.#buckets.values()) this.#tell(bucket);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		} finally {
			for (const bucket of this.#buckets.values()) this.#tell(bucket);
		}
	}

	#pass(line: LogLine): void {
		passOn(line, this.#deps.sinks);
	}

	#admits(line: LogLine): boolean {
		const bucket = this.#bucketOf(line);
		if (bucket.isClosed || bucket.tokens < 1) this.#fill(bucket);
		if (bucket.isClosed) {
			if (bucket.dropped === 0) this.#waker.wake();
			bucket.dropped += 1;
			bucket.last = line;
			this.#droppedLines += 1;
			return false;
		}
		bucket.tokens -= 1;
		if (bucket.dropped > 0 && bucket.filledAtMs >= bucket.toldAtMs + tellEveryMs)
			this.#tell(bucket);
		return true;
	}

	#fill(bucket: Bucket): void {
		const { limits, clock } = this.#deps;
		const { linesPerSec, burstLines } = limits();
		const nowMs = clock.monotonicMs();
		const gained = ((nowMs - bucket.filledAtMs) * linesPerSec) / 1000;
		bucket.tokens = Math.min(burstLines, bucket.tokens + gained);
		bucket.filledAtMs = nowMs;
		const enough = Math.min(burstLines, (linesPerSec * reopenMs) / 1000);
		bucket.isClosed = bucket.tokens < Math.max(1, bucket.isClosed ? enough : 1);
	}

	#tell(bucket: Bucket): void {
		if (bucket.dropped === 0) return;
		const { dropped, last } = bucket;
		bucket.dropped = 0;
		bucket.toldAtMs = this.#deps.clock.monotonicMs();
		this.#pass(suppressedLine(dropped, last));
	}

	#bucketOf(line: LogLine): Bucket {
		const key = line.serviceId ?? line.serviceName ?? '';
		const known = this.#buckets.get(key);
		if (known !== undefined) return known;
		const { limits, clock } = this.#deps;
		const filledAtMs = clock.monotonicMs();
		this.#forgetOld(filledAtMs);
		const { burstLines: tokens } = limits();
		const fresh = { tokens, filledAtMs, isClosed: false, dropped: 0 };
		const bucket: Bucket = { ...fresh, last: line, toldAtMs: -Infinity };
		this.#buckets.set(key, bucket);
		return bucket;
	}

	#forgetOld(nowMs: number): void {
		if (this.#buckets.size < manyBuckets) return;
		const { linesPerSec, burstLines } = this.#deps.limits();
		const fullAfterMs = (burstLines / linesPerSec) * 1000;
		for (const [key, { dropped, filledAtMs }] of this.#buckets) {
			if (dropped === 0 && nowMs > filledAtMs + fullAfterMs) this.#buckets.delete(key);
		}
	}
}
