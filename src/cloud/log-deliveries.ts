import type { SpoolMark } from '../ports/log-spool.ts';
import type { LinePiece } from '../report/line-buffer.ts';

interface Delivery {
	/** Undefined: from the spool, which has it still. */
	readonly piece: LinePiece | undefined;
	/** The spool's position behind it. */
	readonly mark: SpoolMark | undefined;
	/** When it was flushed; Infinity while it is not. */
	flushedAtMs: number;
}

/** So much is held for a second attempt; what is older than that counts as arrived. */
const heldBytes = 256 * 1024;

/**
 * What was written to the present connection and has perhaps not arrived. The cloud acknowledges nothing before the end
 * of a stream, so lines count as arrived when the connection has lived for a while after they were flushed.
 */
export class LogDeliveries {
	readonly trialMs: number;
	#open: Delivery[] = [];
	#heldBytes = 0;

	/** @param trialMs - time the connection must live on, in milliseconds */
	constructor(trialMs: number) {
		this.trialMs = trialMs;
	}

	get isEmpty(): boolean {
		return this.#open.length === 0;
	}

	/** Something was flushed so long ago that it has arrived if the connection is good. */
	isDue(nowMs: number): boolean {
		const [first] = this.#open;
		return first !== undefined && nowMs >= first.flushedAtMs + this.trialMs;
	}

	add(piece: LinePiece | undefined, mark?: SpoolMark): void {
		this.#open.push({ piece, mark, flushedAtMs: Infinity });
		this.#heldBytes += piece?.bytes ?? 0;
		for (let at = 0; this.#heldBytes > heldBytes && at < this.#open.length; at++) {
			const delivery = this.#open[at];
			if (delivery?.piece === undefined) continue;
			this.#heldBytes -= delivery.piece.bytes;
			this.#open.splice(at, 1);
			at -= 1;
		}
	}

	/** Everything that was written is on its way. */
	flushed(nowMs: number): void {
		for (const delivery of this.#open) {
			if (delivery.flushedAtMs === Infinity) delivery.flushedAtMs = nowMs;
		}
	}

	/**
	 * @param nowMs - when it was seen that the connection is good
	 * @returns how far the spool's lines have arrived, when that is further than before
	 */
	settle(nowMs: number): SpoolMark | undefined {
		const isOpen = ({ flushedAtMs }: Delivery): boolean => nowMs < flushedAtMs + this.trialMs;
		const first = this.#open.findIndex(isOpen);
		return this.#forget(first === -1 ? this.#open.length : first);
	}

	/** The stream came to a good end. @returns as `settle` */
	settleAll(): SpoolMark | undefined {
		return this.#forget(this.#open.length);
	}

	/** The connection broke. @returns lines that perhaps did not arrive, oldest first, but for the spool's */
	takeBack(): LinePiece[] {
		const pieces = this.#open.flatMap(({ piece }) => piece ?? []);
		this.#open = [];
		this.#heldBytes = 0;
		return pieces;
	}

	#forget(count: number): SpoolMark | undefined {
		const arrived = this.#open.splice(0, count);
		for (const { piece } of arrived) this.#heldBytes -= piece?.bytes ?? 0;
		return arrived.findLast(({ mark }) => mark !== undefined)?.mark;
	}
}
