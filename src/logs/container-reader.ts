import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { logLevelOf, toLogLine } from './container-line.ts';

export interface ContainerReaderDeps {
	readonly engine: Pick<ContainerEngine, 'inspectContainer' | 'containerLogs'>;
	readonly sinks: readonly LogSink[];
	/** Called with the engine's stamp of every line read. */
	readonly onRead: (containerId: string, stamp: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

export interface ReadFrom {
	/** The engine's stamp of the last line that is known; absent: from the first line. */
	readonly since?: string | undefined;
	/** Lines may have gathered while nobody read: not all of them are sent. */
	readonly hasBacklog: boolean;
	/** There is nothing to read before the container runs again. */
	readonly isDrained: boolean;
}

/** Of what was written while nobody read, so many lines are sent at most. */
const backlogLines = 1000;
const reattach = { minMs: 1000, maxMs: 30_000 };

/** Reads the log of one container, through its stops and starts. */
export class ContainerReader {
	readonly #container: ObservedContainer;
	readonly #deps: ContainerReaderDeps;
	#since: string | undefined;
	#hasBacklog: boolean;
	#isDrained: boolean;
	#endedAtMs = -Infinity;
	#link: LinkedAbort | undefined;

	constructor(container: ObservedContainer, from: ReadFrom, deps: ContainerReaderDeps) {
		this.#container = container;
		this.#deps = deps;
		this.#since = from.since;
		this.#hasBacklog = from.hasBacklog;
		this.#isDrained = from.isDrained;
	}

	get isReading(): boolean {
		return this.#link !== undefined;
	}

	/** The container was started since it was last read. */
	markStarted(): void {
		this.#isDrained = false;
	}

	/** Begins to read if there may be something to read. @returns ends with the reading; undefined when none began */
	look(
		{ state }: ObservedContainer,
		{ atMs }: ObservedState,
		signal: AbortSignal,
	): Promise<void> | undefined {
		if (this.isReading || state === 'created') return undefined;
		const isAlive = state === 'running' || state === 'restarting' || state === 'paused';
		// an observation from before the end still shows the container alive
		if (isAlive && atMs > this.#endedAtMs) this.#isDrained = false;
		return this.#isDrained ? undefined : this.#start(signal);
	}

	/** Ends the reading soon. */
	stop(): void {
		this.#link?.abort(new Error('log is not read any more'));
	}

	async #start(signal: AbortSignal): Promise<void> {
		const link = linkAbort(signal);
		this.#link = link;
		try {
			await this.#readToEnd(link.signal);
		} finally {
			link.unlink();
			this.#link = undefined;
			this.#endedAtMs = this.#deps.clock.monotonicMs();
		}
	}

	/** Reads until the container stops; begins anew where it was when the connection breaks. Does not reject. */
	async #readToEnd(signal: AbortSignal): Promise<void> {
		const { clock, log } = this.#deps;
		for (let failures = 0; !isOver(signal); failures++) {
			const before = this.#since;
			try {
				this.#isDrained = await this.#readOnce(signal);
				if (this.#isDrained) return;
			} catch (err) {
				if (isOver(signal) || hasCode(err, 'ENGINE_NOT_FOUND')) return;
				log.debug({ err, container: this.#container.name }, 'log broke, will read on');
			}
			if (this.#since !== before) failures = 0;
			await clock.sleep(backoffMs(failures, reattach), signal).catch(() => undefined); // when the signal fires
		}
	}

	/** @returns true when there is nothing more to read before the container is started again */
	async #readOnce(signal: AbortSignal): Promise<boolean> {
		const { engine, sinks, onRead } = this.#deps;
		const { containerId } = this.#container;
		const details = await engine.inspectContainer(containerId, signal);
		const level = logLevelOf(details);
		if (level === 'none') return true;
		const lines = engine.containerLogs(containerId, {
			since: this.#since,
			tail: this.#hasBacklog ? backlogLines : undefined,
			tty: details.tty,
			follow: true,
			signal,
		});
		for await (const raw of lines) {
			this.#since = raw.stamp;
			this.#hasBacklog = false;
			onRead(containerId, raw.stamp);
			if (level === 'err' && !raw.isStdErr) continue;
			const line = toLogLine(this.#container, raw);
			for (const sink of sinks) sink.write(line);
		}
		if (isOver(signal)) return false;
		// the engine ends the stream at a restart too, after which nothing need change any more
		const { running } = await engine.inspectContainer(containerId, signal);
		return !running;
	}
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;
