import type { Clock } from '../kit/clock.ts';
import { hasCode, messageOf } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import { labelNames } from '../model/labels.ts';
import { toStamp, type LogPosition } from '../model/log-position.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type {
	ContainerDetails,
	ContainerEngine,
	FollowOptions,
} from '../ports/container-engine.ts';
import { passOn, roomIn, type LogSink } from '../ports/log-sink.ts';
import { createLineMaker, logLevelOf, type LogLevel } from './container-line.ts';
import type { LogCursor } from './cursors.ts';
import { relocate } from './relocate.ts';

export type FollowedContainer = Pick<ObservedContainer, 'containerId' | 'name' | 'labels'>;

export interface LogReadingDeps {
	readonly engine: Pick<ContainerEngine, 'inspectContainer' | 'containerLogs' | 'followLog'>;
	readonly sinks: readonly LogSink[];
	/** Called when lines were given to the sinks. */
	readonly onRead: (containerId: string, cursor: LogCursor) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * `stopped`: there is nothing more before the container is started again, which it may have been already. `unreadable`: there will never be. `again`:
 * there may be more now.
 */
export type ReadingEnd = 'stopped' | 'unreadable' | 'again';

/** So often the engine may break off at the same place before the place is given up. */
const mostRefusals = 3;

const discarded = 'the engine threw them away before they were read';

/** Reads the log of one container, and knows how far it came. */
export class LogReading {
	readonly #container: FollowedContainer;
	readonly #deps: LogReadingDeps;
	readonly #toLine: ReturnType<typeof createLineMaker>;
	#cursor: LogCursor;
	/** How often in a row the engine could not go on from the present place. */
	#refusals = 0;
	/** The wall clock has run back to here while the log was followed. */
	#ranBackTo: string | undefined;
	#attempt: LinkedAbort | undefined;

	constructor(container: FollowedContainer, cursor: LogCursor, deps: LogReadingDeps) {
		this.#container = container;
		this.#cursor = cursor;
		this.#deps = deps;
		this.#toLine = createLineMaker(container.labels);
	}

	get position(): LogPosition | undefined {
		return this.#cursor.position;
	}

	/** Lines that come now are stamped before those that came: the engine is asked anew, from there on. */
	clockRanBack(toMs: number): void {
		this.#ranBackTo = toStamp(toMs);
		this.#attempt?.abort(new Error('the clock ran back'));
	}

	/**
	 * Reads to the end of what the engine gives at one stroke.
	 * @param fresh - of the container, from a moment ago; default: the engine is asked
	 */
	async read(signal: AbortSignal, fresh?: ContainerDetails): Promise<ReadingEnd> {
		const { containerId } = this.#container;
		const details = fresh ?? (await this.#deps.engine.inspectContainer(containerId, signal));
		const level = logLevelOf(details);
		if (level === 'none') return 'stopped';
		await this.#heedClock(details, signal);
		const attempt = linkAbort(signal);
		this.#attempt = attempt;
		try {
			await this.#follow(details, level, attempt.signal);
		} catch (err) {
			if (hasCode(err, 'ENGINE_REFUSED') && this.#isForGood(err)) return 'unreadable';
			throw err;
		} finally {
			attempt.unlink();
		}
		return attempt.signal.aborted ? 'again' : 'stopped';
	}

	async #follow(
		{ tty, startedAt, isLogRotated, logFileBytes }: ContainerDetails,
		level: LogLevel,
		signal: AbortSignal,
	): Promise<void> {
		const { engine, sinks, onRead } = this.#deps;
		const { containerId } = this.#container;
		const rotation = { isRotated: isLogRotated, fileBytes: logFileBytes };
		const room = (): Promise<void> | undefined => roomIn(sinks);
		const options = { ...this.#begin(), ...rotation, tty, room, signal };
		for await (const { lines, position, hasGap = false } of engine.followLog(
			containerId,
			options,
		)) {
			const wanted = level === 'err' ? lines.filter(({ isStdErr }) => isStdErr) : lines;
			if (hasGap)
				this.#tell((service) => `Lines of service '${service}' are missing: ${discarded}`);
			wanted.forEach((line) => passOn(this.#toLine(line), sinks));
			this.#refusals = 0;
			if (lines.length === 0) continue;
			this.#cursor = { position, life: startedAt };
			onRead(containerId, this.#cursor);
		}
	}

	/** Where the engine's log is damaged, only what comes can be read. */
	#begin(): Pick<FollowOptions, 'from' | 'tail'> {
		return this.#refusals < mostRefusals ? { from: this.#cursor.position } : { tail: 0 };
	}

	/** @returns true when the log cannot be read at all */
	#isForGood(err: Error & { readonly retry: string }): boolean {
		this.#refusals += 1;
		if (err.retry === 'never') {
			this.#tell((service) => `The log of service '${service}' cannot be read: ${messageOf(err)}`);
			return true;
		}
		if (this.#refusals === mostRefusals)
			this.#tell(
				(service) => `A part of the log of service '${service}' cannot be read: ${messageOf(err)}`,
			);
		return false;
	}

	/** Lines of a life that began before the last known line are looked for from that beginning on. */
	async #heedClock({ startedAt, tty }: ContainerDetails, signal: AbortSignal): Promise<void> {
		const { position, life } = this.#cursor;
		if (position === undefined) return;
		const isNewLife = life !== undefined && life !== startedAt;
		const startMs = Date.parse(startedAt);
		const isBefore = startMs < Date.parse(position.anchor);
		const since = isNewLife && isBefore ? toStamp(startMs) : this.#ranBackTo;
		if (since === undefined) return;
		const { containerId } = this.#container;
		const place = { containerId, position, since, tty, signal };
		this.#cursor = { position: await relocate(this.#deps.engine, place), life: startedAt };
		this.#ranBackTo = undefined;
	}

	/** In the log of the supervisor, and among the lines that people read. */
	#tell(toMessage: (service: string) => string): void {
		const { log, sinks, clock } = this.#deps;
		const { name, labels } = this.#container;
		const message = toMessage(labels[labelNames.serviceName] ?? name);
		log.warn({ container: name, told: message }, 'lines of a container are not to be had');
		const timestampMs = clock.now().getTime();
		passOn({ message, timestampMs, isSystem: true, isStdErr: true }, sinks);
	}
}
