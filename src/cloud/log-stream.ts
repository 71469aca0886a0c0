import { backoffMs, withJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode, SupervisorError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import { createWaker } from '../kit/waker.ts';
import type { LogLine } from '../model/log-line.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { apiUrl } from './endpoint.ts';
import { readCloudAccess, type CloudAccessDeps } from './identity.ts';
import { LogBuffer } from './log-buffer.ts';
import { openLogConnection, type LogConnection } from './log-connection.ts';

export interface CloudLogStreamDeps extends CloudAccessDeps {
	/** Resolves when the device may speak to the cloud; see Provisioner. Lines that come before are kept as far as they fit. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
	readonly userAgent: () => Promise<string>;
	/** False: lines are thrown away (SUPERVISOR_LOG_CONTROL). */
	readonly isEnabled: () => boolean;
	/** A further certificate authority, in PEM form. */
	readonly rootCa?: string | undefined;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** Sends lines to the cloud, over http or https, while there are any. */
export interface CloudLogStream extends LogSink, Job {
	/** Why the last stream broke; undefined when the last one ended as it should. */
	lastError(): string | undefined;
	/** Lines that were dropped since the beginning, as they came faster than the cloud took them. */
	readonly droppedLines: number;
}

export function createCloudLogStream(deps: CloudLogStreamDeps): CloudLogStream {
	return new HttpLogStream(deps);
}

/** An early refusal shall not cost lines: nothing is sent before this time is over, in milliseconds. */
const graceMs = 5000;
/** Shortest time between two flushes, in milliseconds. */
const flushMs = 100;
/** A stream without lines is closed after this time, in milliseconds. */
const idleMs = 60_000;
/** The other side takes nothing for this long: it is gone. Also the limit for opening. In milliseconds. */
const stalledMs = 59_000;
/** Time for the cloud to answer to the end of a stream, in milliseconds. */
const farewellMs = 2000;
const reconnect = { minMs: 5000, maxMs: 300_000 };

class HttpLogStream implements CloudLogStream {
	readonly name = 'cloud log stream';
	readonly #deps: CloudLogStreamDeps;
	readonly #buffer = new LogBuffer();
	readonly #waker: ReturnType<typeof createWaker>;
	#failures = 0;
	/** The present connection lived past the time of early refusals. */
	#isProven = false;
	#lastError: string | undefined;

	constructor(deps: CloudLogStreamDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'log stream' }) };
		this.#waker = createWaker(deps.clock);
	}

	write(line: LogLine): void {
		if (!this.#deps.isEnabled()) return;
		this.#buffer.add(line);
		this.#waker.wake();
	}

	lastError(): string | undefined {
		return this.#lastError;
	}

	get droppedLines(): number {
		return this.#buffer.droppedLines;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { provisioned, clock } = this.#deps;
		try {
			await provisioned(signal);
			for (;;) {
				while (this.#buffer.isEmpty) await this.#waker.wait(idleMs, signal);
				const startedMs = clock.monotonicMs();
				const pauseMs = startedMs + (await this.#stream(signal)) - clock.monotonicMs();
				signal.throwIfAborted();
				if (pauseMs > 0) await clock.sleep(pauseMs, signal);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		}
	}

	/** One connection, until it ends. @returns pause before the next one, counted from the start of this one */
	async #stream(signal: AbortSignal): Promise<number> {
		try {
			const connection = await this.#open();
			const failure = await this.#serve(connection, signal);
			if (failure !== undefined) throw failure;
			this.#failures = 0;
			this.#lastError = undefined;
			return 0;
		} catch (err) {
			signal.throwIfAborted();
			return this.#fail(err);
		}
	}

	async #open(): Promise<LogConnection> {
		const { config, userAgent, rootCa, clock } = this.#deps;
		const { apiEndpoint, uuid, deviceApiKey } = await readCloudAccess(this.#deps);
		const { logsEndpoint = '' } = await config.read();
		return openLogConnection({
			url: apiUrl(
				logsEndpoint === '' ? apiEndpoint : logsEndpoint,
				`/device/v2/${uuid}/log-stream`,
			),
			key: deviceApiKey,
			userAgent: await userAgent(),
			rootCa,
			nowMs: () => clock.now().getTime(),
		});
	}

	/** @returns why the connection ended; undefined after an orderly end */
	async #serve(connection: LogConnection, signal: AbortSignal): Promise<Error | undefined> {
		this.#isProven = false;
		const link = linkAbort(signal);
		const ended = connection.ended.finally(() => link.abort(new Error('connection ended')));
		try {
			await this.#within(stalledMs, connection.opened, link.signal);
			await this.#deps.clock.sleep(graceMs, link.signal);
			this.#isProven = true;
			await this.#pump(connection, link.signal);
		} catch (err) {
			if (!link.signal.aborted) connection.destroy(toError(err));
		} finally {
			link.unlink();
		}
		if (signal.aborted) this.#writeRest(connection);
		connection.finish();
		return await this.#farewell(connection, ended);
	}

	/** Sends lines until none came for a while. */
	async #pump(connection: LogConnection, signal: AbortSignal): Promise<void> {
		const { clock, isEnabled } = this.#deps;
		while (isEnabled()) {
			for (let line = this.#buffer.take(); line !== undefined; line = this.#buffer.take()) {
				const hasRoom = connection.write(line);
				if (!hasRoom) await this.#within(stalledMs, connection.drained(), signal);
			}
			connection.flush();
			await clock.sleep(flushMs, signal);
			while (this.#buffer.isEmpty) {
				if ((await this.#waker.wait(idleMs, signal)) === 'time') return;
			}
		}
		this.#buffer.clear();
	}

	/** What is left when the supervisor stops, as far as it fits without waiting. */
	#writeRest(connection: LogConnection): void {
		for (let line = this.#buffer.take(); line !== undefined; line = this.#buffer.take()) {
			if (!connection.write(line)) return;
		}
	}

	async #within(limitMs: number, work: Promise<void>, signal: AbortSignal): Promise<void> {
		const link = linkAbort(signal);
		const limit = this.#deps.clock.sleep(limitMs, link.signal).then(() => {
			throw new Error('it takes no more data');
		});
		try {
			await Promise.race([work, limit]);
		} finally {
			link.abort(new Error('done'));
			link.unlink();
		}
	}

	/** Waits for the answer, not for long: the supervisor may be about to stop. */
	async #farewell(
		connection: LogConnection,
		ended: Promise<Error | undefined>,
	): Promise<Error | undefined> {
		const cut = new AbortController();
		const limit = this.#deps.clock.sleep(farewellMs, cut.signal).then(
			() => connection.destroy(new Error('no answer to the end of the stream')),
			() => undefined,
		);
		const failure = await ended;
		cut.abort();
		await limit;
		return failure;
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

function toError(err: unknown): Error {
	return err instanceof Error ? err : new Error(String(err));
}
