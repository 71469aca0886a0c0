import type { Clock } from '../kit/clock.ts';
import { createWaker } from '../kit/waker.ts';
import type { LogSpool } from '../ports/log-spool.ts';
import type { LineBuffer } from '../report/line-buffer.ts';

/**
 * What becomes of lines at the moment. `off`: they are not wanted, and what there is of them goes; `waiting`: those in
 * memory wait, nothing is written to the disk; `away`: they are kept until the cloud takes them; `sending`: it does.
 */
export type LogState = 'off' | 'waiting' | 'away' | 'sending';

export interface LogKeeperDeps {
	readonly buffer: LineBuffer;
	readonly spool: LogSpool;
	readonly state: () => LogState;
	/** Called when lines were taken out of the buffer. */
	readonly onTaken: () => void;
	readonly clock: Clock;
}

/** So much is written at once, before packing, to spare flash … */
const batchBytes = 128 * 1024;
/** … and fewer after this time, in milliseconds. */
const longestWaitMs = 60_000;
const everything = Infinity;

/** Puts lines on the disk while the cloud does not take them. */
export class LogKeeper {
	readonly #deps: LogKeeperDeps;
	readonly #waker: ReturnType<typeof createWaker>;
	#waiters: { readonly lines: number; readonly done: () => void }[] = [];
	#isEmptied = false;
	#isWriting = false;
	#isOver = false;
	/** The disk took nothing; it is left alone for a while. */
	#isResting = false;
	/** When what is in the buffer is to be written, however little it is. */
	#dueAtMs = Infinity;

	constructor(deps: LogKeeperDeps) {
		this.#deps = deps;
		this.#waker = createWaker(deps.clock);
	}

	/** To be called when a line came into the buffer. */
	noticeLine(): void {
		const { buffer, state } = this.#deps;
		this.#isEmptied = false;
		if (this.#isResting || state() !== 'away') return;
		const isFirst = buffer.addedLines - buffer.takenLines === 1;
		if (isFirst || buffer.sizeBytes >= batchBytes) this.#waker.wake();
	}

	/** To be called when a line came that is not wanted. */
	noticeOff(): void {
		if (!this.#isEmptied) this.#waker.wake();
	}

	/** To be called when the state may have changed. */
	noticeChange(): void {
		this.#waker.wake();
	}

	/** Every line that was taken out of the buffer so far is on its way. */
	sent(): void {
		if (!this.#isWriting) this.#release(this.#deps.buffer.takenLines);
	}

	/** See LogSink. */
	secure(): Promise<void> {
		if (this.#isOver) return Promise.resolve();
		return new Promise((done) => {
			this.#waiters.push({ lines: this.#deps.buffer.addedLines, done });
			this.#waker.wake();
		});
	}

	async run(signal: AbortSignal): Promise<void> {
		try {
			for (;;) {
				await this.#look();
				await this.#waker.wait(this.#dueAtMs - this.#deps.clock.monotonicMs(), signal);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		}
	}

	/** To be called at the very end: what is left goes to the disk, too. */
	async keepRest(): Promise<void> {
		const { state, spool } = this.#deps;
		if (state() === 'away') await this.#write();
		await spool.close();
		this.#isOver = true;
		this.#release(everything);
	}

	async #look(): Promise<void> {
		const { buffer, state, clock } = this.#deps;
		if (state() === 'off') {
			await this.#discard();
			return;
		}
		const isTime = clock.monotonicMs() >= this.#dueAtMs;
		if (isTime) this.#isResting = false;
		if (isTime || this.#waiters.length > 0) await this.#writeIf(0);
		await this.#writeIf(batchBytes);
		if (this.#waiters.length > 0) await this.#settle();
		if (state() !== 'away' || buffer.isEmpty) this.#dueAtMs = Infinity;
		else if (isTime || this.#dueAtMs === Infinity)
			this.#dueAtMs = clock.monotonicMs() + longestWaitMs;
	}

	/** @param bytes - fewer are left alone */
	async #writeIf(bytes: number): Promise<void> {
		const { buffer, state } = this.#deps;
		const mayWrite = state() === 'away' && !this.#isResting;
		if (mayWrite && buffer.sizeBytes >= bytes) await this.#write();
	}

	/** All of the buffer. */
	async #write(): Promise<void> {
		const { buffer, spool, onTaken } = this.#deps;
		const piece = buffer.take(everything);
		if (piece === undefined) return;
		this.#isWriting = true;
		const isKept = await spool.append(piece.text, piece.lines);
		this.#isWriting = false;
		if (!isKept) buffer.putBack([piece]);
		this.#isResting = !isKept;
		onTaken();
		if (buffer.sizeBytes >= batchBytes) this.#waker.wake(); // came meanwhile
	}

	/** Tells those who wait for their lines to be safe. */
	async #settle(): Promise<void> {
		const { buffer, spool, state } = this.#deps;
		const before = state();
		if (before === 'sending') return; // the stream does
		if (before === 'away' && !this.#isResting) {
			await spool.sync();
			this.#release(buffer.takenLines);
		} else this.#release(everything);
	}

	#release(safeLines: number): void {
		const isSafe = ({ lines }: { readonly lines: number }): boolean => lines <= safeLines;
		for (const { done } of this.#waiters.filter(isSafe)) done();
		this.#waiters = this.#waiters.filter((waiter) => !isSafe(waiter));
	}

	async #discard(): Promise<void> {
		if (this.#isEmptied) return;
		this.#isEmptied = true;
		this.#deps.buffer.clear();
		await this.#deps.spool.clear();
		this.#release(everything);
	}
}
