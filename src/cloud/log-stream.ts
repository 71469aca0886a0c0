import { backoffMs, withJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode, SupervisorError, toError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import { createRoom } from '../kit/room.ts';
import { createWaker } from '../kit/waker.ts';
import type { LogLine } from '../model/log-line.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { LogSpool } from '../ports/log-spool.ts';
import { LineBuffer } from '../report/line-buffer.ts';
import { farewell, type LogConnection } from './log-connection.ts';
import { encodeLogLine, longestMessage } from './log-line-text.ts';
import { LogDeliveries } from './log-deliveries.ts';
import { LogKeeper, type LogState } from './log-keeper.ts';
import { pumpLogs } from './log-pump.ts';
import { LogWatch } from './log-watch.ts';
import { LogWriter, stalledMs, within } from './log-writer.ts';
import { openLogStream, type LogDialDeps } from './open-log-stream.ts';

export interface CloudLogStreamDeps extends LogDialDeps {
	/** Resolves when the device may speak to the cloud; see Provisioner. Lines that come before are kept as far as they fit. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
	/** Off: lines are thrown away, those on the disk, too. Paused: new ones only. */
	readonly mode: () => 'on' | 'paused' | 'off';
	/** Keeps lines while the cloud does not take them. */
	readonly spool: LogSpool;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** Sends lines to the cloud, over http or https, while there are any. */
export interface CloudLogStream extends Required<LogSink>, Job {
	/** Why the last stream broke; undefined when the last one ended as it should. */
	lastError(): string | undefined;
	/** Lines that were dropped since the beginning, as they came faster than cloud or disk took them. */
	readonly droppedLines: number;
}

export function createCloudLogStream(deps: CloudLogStreamDeps): CloudLogStream {
	return new HttpLogStream(deps);
}

/** An early refusal shall not cost lines: nothing is sent before this time is over, in milliseconds. */
const graceMs = 5000;
/** Lines count as arrived when the connection lives this long after they were sent, in milliseconds. */
const trialMs = 5000;
/** More lines than this are not left until the next flush. */
const muchBytes = 32 * 1024;
/** Readers wait so long for room, for a disk that takes its time, too. */
const patienceMs = 250;
/** Of lines in memory. */
const limitBytes = 256 * 1024;
const reconnect = { minMs: 5000, maxMs: 300_000 };

class HttpLogStream implements CloudLogStream {
	readonly name = 'cloud log stream';
	readonly #deps: CloudLogStreamDeps;
	readonly #buffer = new LineBuffer({ limitBytes, encode: encodeLogLine, longestMessage });
	readonly #deliveries = new LogDeliveries(trialMs);
	readonly #keeper: LogKeeper;
	readonly #room: ReturnType<typeof createRoom>;
	readonly #waker: ReturnType<typeof createWaker>;
	#failures = 0;
	#isProvisioned = false;
	/** The present connection lived past the time of early refusals. */
	#isProven = false;
	/** It acknowledges nothing at the moment. */
	#isSilent = false;
	#lastError: string | undefined;
	#lost = 0;

	constructor(deps: CloudLogStreamDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'log stream' }) };
		this.#waker = createWaker(deps.clock);
		const buffer = this.#buffer;
		this.#room = createRoom({
			clock: deps.clock,
			isTight: () => buffer.fill >= 0.6,
			isEased: () => buffer.fill < 0.4,
			patienceMs,
		});
		this.#keeper = new LogKeeper({
			...deps,
			buffer,
			state: () => this.#state(),
			onTaken: () => this.#room.freed(),
		});
	}

	write(line: LogLine): void {
		const mode = this.#deps.mode();
		if (mode === 'off') this.#keeper.noticeOff();
		// what belongs to no service and is not the system's could not be shown
		if (mode !== 'on' || !(line.isSystem || line.serviceId !== undefined)) return;
		const before = this.#buffer.sizeBytes;
		this.#buffer.add(line);
		this.#keeper.noticeLine();
		const isFirst = before === 0;
		if (isFirst || (before < muchBytes && this.#buffer.sizeBytes >= muchBytes)) this.#waker.wake();
	}

	room(): Promise<void> | undefined {
		return this.#room.wait();
	}

	secure(): Promise<void> {
		const secured = this.#keeper.secure();
		this.#waker.wake();
		return secured;
	}

	lastError(): string | undefined {
		return this.#lastError;
	}

	get droppedLines(): number {
		return this.#buffer.droppedLines + this.#lost;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { spool } = this.#deps;
		await spool.open();
		try {
			await Promise.all([this.#keeper.run(signal), this.#streams(signal)]);
		} finally {
			await this.#keeper.keepRest();
		}
	}

	#state(): LogState {
		const mode = this.#deps.mode();
		if (mode === 'off') return 'off';
		if (!this.#isProvisioned || mode === 'paused') return 'waiting';
		return this.#isProven && !this.#isSilent ? 'sending' : 'away';
	}

	async #streams(signal: AbortSignal): Promise<void> {
		const { provisioned, clock } = this.#deps;
		try {
			await provisioned(signal);
			this.#isProvisioned = true;
			this.#keeper.noticeChange();
			for (;;) {
				while (!this.#hasLines()) {
					this.#keeper.noticeChange();
					await this.#waker.wait(Infinity, signal);
				}
				const startedMs = clock.monotonicMs();
				const pauseMs = startedMs + (await this.#stream(signal)) - clock.monotonicMs();
				signal.throwIfAborted();
				if (pauseMs > 0) await clock.sleep(pauseMs, signal);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		}
	}

	#hasLines(): boolean {
		const { mode, spool } = this.#deps;
		return mode() === 'on' && !(this.#buffer.isEmpty && spool.isEmpty);
	}

	/** One connection, until it ends. @returns pause before the next one, counted from the start of this one */
	async #stream(signal: AbortSignal): Promise<number> {
		try {
			const connection = await openLogStream(this.#deps);
			const failure = await this.#serve(connection, signal);
			await this.#settle(failure === undefined);
			if (failure !== undefined) throw failure;
			this.#failures = 0;
			this.#lastError = undefined;
			return 0;
		} catch (err) {
			signal.throwIfAborted();
			return this.#fail(err);
		} finally {
			this.#isProven = false;
			this.#isSilent = false;
			this.#keeper.noticeChange();
		}
	}

	/** @returns why the connection ended; undefined after an orderly end */
	async #serve(connection: LogConnection, signal: AbortSignal): Promise<Error | undefined> {
		const { clock } = this.#deps;
		const link = linkAbort(signal);
		const ended = connection.ended.finally(() => link.abort(new Error('connection ended')));
		try {
			await within(stalledMs, connection.opened, { clock, signal: link.signal });
			await clock.sleep(graceMs, link.signal);
			this.#isProven = true;
			this.#keeper.noticeChange();
			await this.#pump(connection, link.signal);
		} catch (err) {
			if (!link.signal.aborted) connection.destroy(toError(err));
		} finally {
			link.unlink();
		}
		if (signal.aborted) this.#writeRest(connection);
		connection.finish();
		return await farewell(connection, ended, this.#deps.clock);
	}

	/** Sends lines until none came for a while, or they are not wanted any more. */
	async #pump(connection: LogConnection, signal: AbortSignal): Promise<void> {
		const { clock, spool, mode } = this.#deps;
		const [buffer, deliveries, keeper] = [this.#buffer, this.#deliveries, this.#keeper];
		const onFlushed = (): void => keeper.sent();
		const onSilence = (isSilent: boolean): void => {
			this.#isSilent = isSilent;
			keeper.noticeChange();
		};
		await pumpLogs({
			writer: new LogWriter({ connection, deliveries, onFlushed, clock, signal }),
			watch: new LogWatch({ connection, deliveries, onSilence, clock }),
			...{ buffer, spool, deliveries, clock, signal },
			isWanted: () => mode() === 'on',
			waker: this.#waker,
			muchBytes,
			onTaken: () => this.#room.freed(),
			onIdle: onFlushed,
			onLost: (lines) => (this.#lost += lines),
		});
	}

	/** What is left when the supervisor stops, as far as it fits without waiting. */
	#writeRest(connection: LogConnection): void {
		const rest = this.#buffer.take(Infinity);
		if (rest === undefined) return;
		this.#deliveries.add(rest);
		connection.write(rest.text);
	}

	/** The connection is over: what perhaps did not arrive is to be sent again. */
	async #settle(isOrderly: boolean): Promise<void> {
		const { spool } = this.#deps;
		const arrived = isOrderly ? this.#deliveries.settleAll() : undefined;
		if (arrived !== undefined) await spool.confirm(arrived);
		this.#buffer.putBack(this.#deliveries.takeBack());
		spool.rewind();
	}

	#fail(err: unknown): number {
		const { random, log } = this.#deps;
		const failure = toError(err);
		// a deleted device is refused only after a minute: that its stream lived so long proves nothing
		if (this.#isProven && hasCode(err, 'CLOUD_UNREACHABLE')) this.#failures = 0;
		const pauseMs = withJitter(backoffMs(this.#failures, reconnect), 0.2, random.fraction());
		const askedMs = err instanceof SupervisorError ? (err.retryAfterMs ?? 0) : 0;
		this.#failures += 1;
		this.#lastError = failure.message;
		const retryInMs = Math.round(Math.max(pauseMs, askedMs));
		log.warn({ err: failure, retryInMs }, 'log stream broke, will reconnect');
		return retryInMs;
	}
}
