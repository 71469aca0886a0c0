import { backoffMs } from '../kit/backoff.ts';
import { hasCode } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { ContainerDetails } from '../ports/container-engine.ts';
import type { LogCursor } from './cursors.ts';
import { LogReading, type FollowedContainer, type LogReadingDeps } from './log-reading.ts';

export interface ReadFrom {
	readonly cursor: LogCursor;
	/** There is nothing to read before the container runs again. */
	readonly isDrained: boolean;
}

const reattach = { minMs: 1000, maxMs: 30_000 };
/** So long the log of a container that was removed may take to end. */
const lingerMs = 60_000;
/**
 * So long after its end a container's log is looked at once more: journald may be late with the last lines, and the
 * container may have been started again before the end was noticed.
 */
const lateMs = 3000;

/** Reads the log of one container, through its stops and starts. */
export class ContainerReader {
	/** By the monotonic clock. */
	readonly metAtMs: number;
	readonly #name: string;
	readonly #deps: LogReadingDeps;
	readonly #reading: LogReading;
	/** Woken when there is reason to read at once. */
	readonly #waker: Waker;
	#isDrained: boolean;
	#isUnreadable = false;
	#isGone = false;
	#isPausing = false;
	#endedAtMs = -Infinity;
	#link: LinkedAbort | undefined;
	#fresh: ContainerDetails | undefined;

	constructor(container: FollowedContainer, { cursor, isDrained }: ReadFrom, deps: LogReadingDeps) {
		this.#name = container.name;
		this.#deps = deps;
		this.#reading = new LogReading(container, cursor, deps);
		this.#isDrained = isDrained;
		this.#waker = createWaker(deps.clock);
		this.metAtMs = deps.clock.monotonicMs();
	}

	get isReading(): boolean {
		return this.#link !== undefined;
	}

	/** Begins to read if there may be something to read. @returns ends with the reading; undefined when none began */
	look(
		{ state }: Pick<ObservedContainer, 'state'>,
		{ atMs }: Pick<ObservedState, 'atMs'>,
		signal: AbortSignal,
	): Promise<void> | undefined {
		if (state === 'created') return undefined;
		const isAlive = state === 'running' || state === 'restarting' || state === 'paused';
		// an observation from before the end still shows the container alive
		if (isAlive && atMs > this.#endedAtMs) this.#isDrained = false;
		return this.#begin(signal);
	}

	/**
	 * The container was started just now: what it writes is read even if it has ended. @returns as `look`
	 * @param details - of the container, from after its start; default: the engine is asked when they are needed
	 */
	started(signal: AbortSignal, details?: ContainerDetails): Promise<void> | undefined {
		this.#isDrained = false;
		if (!this.isReading) this.#fresh = details;
		return this.#begin(signal);
	}

	/**
	 * The container was removed: what it has written is read to its end, nothing after it.
	 * @returns true when there is nothing left to read
	 */
	leave(): boolean {
		const link = this.#link;
		this.#isGone = true;
		if (link === undefined) return true;
		if (this.#isPausing) this.#waker.wake();
		this.#deps.clock.sleep(lingerMs, link.signal).then(
			() => link.abort(new Error('the log of a removed container does not end')),
			() => undefined, // it has ended
		);
		return this.#isPausing && this.#isDrained;
	}

	/** The wall clock shows an earlier time than before. @param toMs - milliseconds since 1970 */
	clockRanBack(toMs: number): void {
		this.#reading.clockRanBack(toMs);
	}

	#begin(signal: AbortSignal): Promise<void> | undefined {
		const isIdle = this.#isDrained || this.#isUnreadable || this.#isGone;
		if (isIdle) return undefined;
		if (!this.isReading) return this.#start(signal);
		if (this.#isPausing) this.#waker.wake();
		return undefined;
	}

	async #start(signal: AbortSignal): Promise<void> {
		const link = linkAbort(signal);
		this.#link = link;
		try {
			await this.#readToEnd(link.signal);
		} finally {
			link.abort(new Error('the log has ended'));
			link.unlink();
			this.#link = undefined;
		}
	}

	/** Reads until the container has stopped; begins anew where it was when the connection breaks. Does not reject. */
	async #readToEnd(signal: AbortSignal): Promise<void> {
		let isLate = false;
		for (let failures = 0; !signal.aborted; failures++) {
			const before = this.#reading.position;
			if (await this.#isOver(signal)) return;
			const hasMoved = this.#reading.position !== before;
			if (this.#isDrained && isLate && !hasMoved) return;
			if (hasMoved) failures = 0;
			isLate = this.#isDrained;
			await this.#pause(isLate ? lateMs : backoffMs(failures, reattach), signal);
		}
	}

	/** Resolves also when the signal fires. */
	async #pause(ms: number, signal: AbortSignal): Promise<void> {
		this.#isPausing = true;
		await this.#waker.wait(ms, signal).catch(() => undefined);
		this.#isPausing = false;
	}

	/** Reads once. @returns true when there is no use in going on */
	async #isOver(signal: AbortSignal): Promise<boolean> {
		if (this.#isDrained && this.#isGone) return true;
		try {
			const fresh = this.#fresh;
			this.#fresh = undefined;
			const end = await this.#reading.read(signal, fresh);
			this.#isDrained = end === 'stopped';
			this.#endedAtMs = this.#deps.clock.monotonicMs();
			this.#isUnreadable = end === 'unreadable';
			return this.#isUnreadable || this.#isGone;
		} catch (err) {
			if (signal.aborted || this.#isGone || hasCode(err, 'ENGINE_NOT_FOUND')) return true;
			this.#deps.log.debug({ err, container: this.#name }, 'log broke, will read on');
			return false;
		}
	}
}
