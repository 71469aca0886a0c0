import type { Clock } from '../kit/clock.ts';
import { aborted, type Job } from '../kit/job.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import { positionAt } from '../model/log-position.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { LogCursorStore } from '../ports/log-cursor-store.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { createClockWatch } from './clock-watch.ts';
import { ContainerReader, type ReadFrom } from './container-reader.ts';
import { LogCursors, type LogCursor } from './cursors.ts';
import type { FollowedContainer, LogReadingDeps } from './log-reading.ts';

export interface LogManagerDeps extends Pick<LogReadingDeps, 'engine' | 'sinks'> {
	/** The last observation; undefined before the first. */
	readonly observed: () => ObservedState | undefined;
	/** Called when `observed` may give something new. @returns ends the subscription */
	readonly onChange: (listener: () => void) => () => void;
	readonly cursorStore: LogCursorStore;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * Follows the log of every container of ours, once each, from its first line, and over restarts of the supervisor and of
 * the engine without losing or repeating a line. Lines that were read less than a second before a sudden end of the
 * process, or that a sink has not settled, come again; a container that we meet for the first time and that is older than
 * our knowledge is followed from our start on.
 */
export interface LogManager extends Job {
	/** A container was started: what it writes is read even if it ends before anybody looks. @param container - id or name */
	containerStarted(container: string): void;
	/** Logs that are followed now. */
	readonly attachmentCount: number;
}

export function createLogManager(deps: LogManagerDeps): LogManager {
	return new ContainerLogManager(deps);
}

/** Shortest time between two savings of the cursors. */
const saveEveryMs = 1000;
const watchClockEveryMs = 10_000;
/** So long the sinks may take for what they have when the supervisor stops. */
const farewellMs = 3000;

class ContainerLogManager implements LogManager {
	readonly name = 'log manager';
	readonly #deps: LogManagerDeps;
	readonly #readingDeps: LogReadingDeps;
	readonly #cursors: LogCursors;
	/** By container id. */
	readonly #readers = new Map<string, ContainerReader>();
	readonly #readings = new Set<Promise<void>>();
	readonly #waker: Waker;
	/** The last observation that was looked at. */
	#seen: ObservedState | undefined;
	/** Containers from before it (Unix seconds) that have no cursor are read from our start on. */
	#baselineSec = 0;
	#startMs = 0;
	#isSaved = true;
	#signal: AbortSignal | undefined;

	constructor(deps: LogManagerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'log manager' }) };
		this.#cursors = new LogCursors(deps.cursorStore);
		this.#waker = createWaker(deps.clock);
		this.#readingDeps = { ...this.#deps, onRead: (id, cursor) => this.#moved(id, cursor) };
	}

	get attachmentCount(): number {
		return [...this.#readers.values()].filter(({ isReading }) => isReading).length;
	}

	containerStarted(container: string): void {
		const signal = this.#signal;
		if (signal === undefined || signal.aborted) return;
		const found = this.#seen?.containers.find(
			({ containerId, name }) => containerId === container || name === container,
		);
		if (found === undefined) this.#track(this.#startUnseen(container, signal));
		else this.#track(this.#readerOf(found).started(signal));
	}

	async run(signal: AbortSignal): Promise<void> {
		const { clock, onChange } = this.#deps;
		await this.#cursors.load();
		this.#signal = signal;
		this.#startMs = clock.now().getTime();
		this.#baselineSec = this.#cursors.savedAtSec ?? this.#startMs / 1000;
		const unsubscribe = onChange(() => this.#look());
		this.#look();
		try {
			await this.#keepSaving(signal);
		} catch (err) {
			if (!signal.aborted) throw err;
		} finally {
			unsubscribe();
			await Promise.all(this.#readings);
			await this.#save(signal);
		}
	}

	async #keepSaving(signal: AbortSignal): Promise<void> {
		const { clock } = this.#deps;
		const clockWatch = createClockWatch(clock);
		for (;;) {
			await this.#waker.wait(watchClockEveryMs, signal);
			const ranBackToMs = clockWatch.look();
			if (ranBackToMs !== undefined) this.#clockRanBack(ranBackToMs - watchClockEveryMs);
			if (!this.#cursors.isDirty) continue;
			await clock.sleep(saveEveryMs, signal);
			await this.#save(signal);
		}
	}

	/** Progress of pulls changes the snapshot many times a second, but not the observation in it. */
	#look(): void {
		const observed = this.#deps.observed();
		if (observed === undefined || observed === this.#seen) return;
		this.#seen = observed;
		const present = new Set(observed.containers.map(({ containerId }) => containerId));
		for (const [containerId, reader] of this.#readers) {
			// one that was met since is not in the observation yet
			if (present.has(containerId) || reader.metAtMs >= observed.atMs) continue;
			if (reader.leave()) this.#readers.delete(containerId);
		}
		this.#cursors.keepOnly((id) => present.has(id) || this.#readers.has(id));
		for (const container of observed.containers) this.#read(container, observed);
		if (this.#cursors.isDirty) this.#waker.wake();
	}

	#read(container: ObservedContainer, observed: ObservedState): void {
		const signal = this.#signal;
		if (signal === undefined || signal.aborted) return;
		this.#track(this.#readerOf(container).look(container, observed, signal));
	}

	/** A container that was made and started since the last observation; it may be gone before the next. */
	async #startUnseen(container: string, signal: AbortSignal): Promise<void> {
		try {
			const details = await this.#deps.engine.inspectContainer(container, signal);
			const fresh = { ...details, state: 'running', createdAtSec: Infinity } as const;
			await this.#readerOf(fresh).started(signal, details);
		} catch (err) {
			this.#deps.log.debug({ err, container }, 'log of a new container not read yet');
		}
	}

	#track(reading: Promise<void> | undefined): void {
		if (reading === undefined) return;
		this.#readings.add(reading);
		void reading.finally(() => this.#readings.delete(reading));
	}

	#readerOf(container: MetContainer): ContainerReader {
		const { containerId } = container;
		const known = this.#readers.get(containerId);
		if (known !== undefined) return known;
		const from = this.#whereToBegin(container);
		const reader = new ContainerReader(container, from, this.#readingDeps);
		this.#readers.set(containerId, reader);
		this.#moved(containerId, from.cursor);
		return reader;
	}

	/** What another supervisor, or we before our cursors were lost, may have sent is not sent again. */
	#whereToBegin({ containerId, createdAtSec, state }: MetContainer): ReadFrom {
		const cursor = this.#cursors.of(containerId);
		if (cursor !== undefined) return { cursor, isDrained: false };
		const isNew = createdAtSec >= Math.floor(this.#baselineSec);
		if (isNew) return { cursor: {}, isDrained: false };
		return { cursor: { position: positionAt(this.#startMs) }, isDrained: state === 'exited' };
	}

	#moved(containerId: string, cursor: LogCursor): void {
		this.#cursors.move(containerId, cursor);
		this.#waker.wake();
	}

	#clockRanBack(toMs: number): void {
		this.#deps.log.warn({ to: new Date(toMs) }, 'the clock ran back, logs are read on from there');
		for (const reader of this.#readers.values()) reader.clockRanBack(toMs);
	}

	/** A disk that takes nothing is told once. */
	async #save(signal: AbortSignal): Promise<void> {
		const { clock, sinks, log } = this.#deps;
		if (!this.#cursors.isDirty) return;
		try {
			const nowSec = Math.floor(clock.now().getTime() / 1000);
			await this.#cursors.save(nowSec, secured(sinks, { clock, signal }));
			this.#isSaved = true;
		} catch (err) {
			if (this.#isSaved) log.warn({ err }, 'log cursors not stored');
			this.#isSaved = false;
		}
	}
}

/** Resolves when a sudden end of the process would lose none of the lines that the sinks have, or soon after the signal. */
async function secured(
	sinks: readonly LogSink[],
	{ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
	const link = linkAbort(signal);
	const secure = Promise.all(sinks.flatMap((sink) => sink.secure?.() ?? []));
	const patience = aborted(link.signal).then(() =>
		clock.sleep(signal.aborted ? farewellMs : 0, new AbortController().signal),
	);
	try {
		await Promise.race([secure, patience]);
	} finally {
		link.abort();
		link.unlink();
	}
}

interface MetContainer
	extends FollowedContainer, Pick<ObservedContainer, 'state' | 'createdAtSec'> {}
