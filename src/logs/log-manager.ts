import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import { ContainerReader, type ContainerReaderDeps, type ReadFrom } from './container-reader.ts';
import { LogCursors } from './cursors.ts';

export interface LogManagerDeps {
	readonly engine: Pick<ContainerEngine, 'inspectContainer' | 'containerLogs'>;
	/** The last observation; undefined before the first. */
	readonly observed: () => ObservedState | undefined;
	/** Called when `observed` may give something new. @returns ends the subscription */
	readonly onChange: (listener: () => void) => () => void;
	readonly sinks: readonly LogSink[];
	/** Of it, the setting `logCursors`. */
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Follows the log of every container of ours, once each, from its first line, and over restarts without repeating. */
export interface LogManager extends Job {
	/** A container was started: what it writes is read even if it ends before anybody looks. @param container - id or name */
	containerStarted(container: string): void;
	/** Logs that are followed now. */
	readonly attachmentCount: number;
}

export function createLogManager(deps: LogManagerDeps): LogManager {
	return new ContainerLogManager(deps);
}

const saveEveryMs = 60_000;

class ContainerLogManager implements LogManager {
	readonly name = 'log manager';
	readonly #deps: LogManagerDeps;
	readonly #readerDeps: ContainerReaderDeps;
	readonly #cursors: LogCursors;
	/** By container id. */
	readonly #readers = new Map<string, ContainerReader>();
	readonly #readings = new Set<Promise<void>>();
	#seen: ObservedState | undefined;
	/** Containers from before it (Unix seconds) that have no cursor are read from our start on. */
	#baselineSec = 0;
	#startStamp = '';
	#signal: AbortSignal | undefined;

	constructor(deps: LogManagerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'log manager' }) };
		this.#cursors = new LogCursors(deps.store);
		this.#readerDeps = {
			...this.#deps,
			onRead: (containerId, stamp) => this.#cursors.move(containerId, stamp),
		};
	}

	get attachmentCount(): number {
		return [...this.#readers.values()].filter(({ isReading }) => isReading).length;
	}

	containerStarted(container: string): void {
		const found = this.#seen?.containers.find(
			({ containerId, name }) => containerId === container || name === container,
		);
		const reader = this.#readers.get(found?.containerId ?? container);
		if (this.#seen === undefined || found === undefined) return;
		reader?.markStarted();
		this.#read(found, this.#seen);
	}

	async run(signal: AbortSignal): Promise<void> {
		const { clock, onChange } = this.#deps;
		await this.#load();
		this.#signal = signal;
		this.#startStamp = clock.now().toISOString();
		this.#baselineSec = this.#cursors.savedAtSec ?? clock.now().getTime() / 1000;
		const unsubscribe = onChange(() => this.#look());
		this.#look();
		try {
			for (;;) {
				await clock.sleep(saveEveryMs, signal);
				await this.#save();
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		} finally {
			unsubscribe();
			await Promise.all(this.#readings);
			await this.#save();
		}
	}

	/** Progress of pulls changes the snapshot many times a second, but not the observation in it. */
	#look(): void {
		const observed = this.#deps.observed();
		if (observed === undefined || observed === this.#seen) return;
		this.#seen = observed;
		const present = new Set(observed.containers.map(({ containerId }) => containerId));
		for (const [containerId, reader] of this.#readers) {
			if (present.has(containerId)) continue;
			reader.stop();
			this.#readers.delete(containerId);
		}
		this.#cursors.keepOnly(present);
		for (const container of observed.containers) this.#read(container, observed);
	}

	#read(container: ObservedContainer, observed: ObservedState): void {
		const signal = this.#signal;
		if (signal === undefined || signal.aborted) return;
		const reader = this.#readers.get(container.containerId) ?? this.#meet(container);
		const reading = reader.look(container, observed, signal);
		if (reading === undefined) return;
		this.#readings.add(reading);
		void reading.finally(() => this.#readings.delete(reading));
	}

	#meet(container: ObservedContainer): ContainerReader {
		const { containerId } = container;
		const from = this.#whereToBegin(container);
		const reader = new ContainerReader(container, from, this.#readerDeps);
		this.#readers.set(containerId, reader);
		this.#cursors.move(containerId, from.since);
		return reader;
	}

	/** What another supervisor, or we before our cursors were lost, may have sent is not sent again. */
	#whereToBegin({ containerId, createdAtSec, state }: ObservedContainer): ReadFrom {
		if (this.#cursors.has(containerId)) {
			return { since: this.#cursors.of(containerId), hasBacklog: true, isDrained: false };
		}
		const isNew = createdAtSec >= Math.floor(this.#baselineSec);
		if (isNew) return { hasBacklog: false, isDrained: false };
		return { since: this.#startStamp, hasBacklog: false, isDrained: state === 'exited' };
	}

	async #load(): Promise<void> {
		await this.#cursors.load().catch((err: unknown) => {
			this.#deps.log.warn({ err }, 'log cursors not read, lines may be missing');
		});
	}

	async #save(): Promise<void> {
		const nowSec = Math.floor(this.#deps.clock.now().getTime() / 1000);
		await this.#cursors.save(nowSec).catch((err: unknown) => {
			this.#deps.log.warn({ err }, 'log cursors not stored');
		});
	}
}
