import type { Clock } from '../kit/clock.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { SpooledBatch } from '../ports/log-spool.ts';
import type { LinePiece } from '../report/line-buffer.ts';
import type { LogConnection } from './log-connection.ts';
import type { LogDeliveries } from './log-deliveries.ts';

export interface LogWriterDeps {
	readonly connection: LogConnection;
	readonly deliveries: LogDeliveries;
	/** Called when everything that was written is on its way. */
	readonly onFlushed: () => void;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** Shortest time between two flushes, in milliseconds. */
const flushMs = 100;
/** The other side takes nothing for this long: it is gone. Also the limit for opening. In milliseconds. */
export const stalledMs = 59_000;

/** Writes to one connection no faster than it takes it, and flushes now and then. */
export class LogWriter {
	readonly #deps: LogWriterDeps;
	#flushedAtMs = -Infinity;
	#isFlushed = true;

	constructor(deps: LogWriterDeps) {
		this.#deps = deps;
	}

	get isFlushed(): boolean {
		return this.#isFlushed;
	}

	/** Time until the next flush is allowed, in milliseconds; 0 or less: now. */
	get flushDueMs(): number {
		return this.#flushedAtMs + flushMs - this.#deps.clock.monotonicMs();
	}

	/** The lines are written, and there is room for more. @throws {Error} when the other side takes nothing */
	async write(piece: LinePiece): Promise<void> {
		this.#deps.deliveries.add(piece);
		await this.#send(piece.text);
	}

	/** As `write`, for lines that the spool keeps until they have arrived. */
	async writeSpooled({ text, mark }: SpooledBatch): Promise<void> {
		this.#deps.deliveries.add(undefined, mark);
		await this.#send(text);
	}

	flushIfDue(): void {
		const { connection, deliveries, onFlushed, clock } = this.#deps;
		if (this.#isFlushed || this.flushDueMs > 0) return;
		connection.flush();
		this.#flushedAtMs = clock.monotonicMs();
		this.#isFlushed = true;
		deliveries.flushed(this.#flushedAtMs);
		onFlushed();
	}

	async #send(text: string | Buffer): Promise<void> {
		const { connection, clock, signal } = this.#deps;
		this.#isFlushed = false;
		const hasRoom = connection.write(text);
		this.flushIfDue();
		if (!hasRoom) await within(stalledMs, connection.drained(), { clock, signal });
	}
}

/** One for all, as it ends each wait. */
const done = new Error('done');

/** @throws {Error} when the work takes longer; the signal's reason */
export async function within(
	limitMs: number,
	work: Promise<void>,
	{ clock, signal }: Pick<LogWriterDeps, 'clock' | 'signal'>,
): Promise<void> {
	const link = linkAbort(signal);
	const limit = clock.sleep(limitMs, link.signal).then(() => {
		throw new Error('it takes no more data');
	});
	try {
		await Promise.race([work, limit]);
	} finally {
		link.abort(done);
		link.unlink();
		limit.catch(() => undefined); // when the work was done in time
	}
}
