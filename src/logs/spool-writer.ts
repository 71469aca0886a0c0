import { open, rm, type FileHandle } from 'node:fs/promises';
import { segmentIn, type Segment } from './spool-segment.ts';

/** Writes at the end of one segment after another. What another process began is never continued: its end may be torn. */
export class SpoolWriter {
	readonly #folder: string;
	#current: { readonly segment: Segment; readonly handle: FileHandle } | undefined;
	#nextNumber = 1;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** New segments get greater numbers than this. */
	startBehind(number: number): void {
		this.#nextNumber = Math.max(this.#nextNumber, number + 1);
	}

	isWriting(segment: Segment): boolean {
		return this.#current?.segment === segment;
	}

	/**
	 * All of the record is in the segment afterwards, or, when this rejects, nothing of it.
	 * @param segmentBytes - a segment that would become larger is not continued
	 * @returns the segment, if the record is the first in it
	 */
	async write(record: Buffer, segmentBytes: number): Promise<Segment | undefined> {
		const isFull = (this.#current?.segment.sizeBytes ?? 0) + record.length > segmentBytes;
		if (isFull) await this.close();
		const isNew = this.#current === undefined;
		this.#current ??= await this.#begin();
		const { segment, handle } = this.#current;
		try {
			for (let done = 0; done < record.length;) {
				const at = segment.sizeBytes + done;
				done += (await handle.write(record, done, record.length - done, at)).bytesWritten;
			}
		} catch (err) {
			await this.#abandon();
			throw err;
		}
		segment.sizeBytes += record.length;
		return isNew ? segment : undefined;
	}

	/** What was written survives a loss of power afterwards. */
	async sync(): Promise<void> {
		await this.#current?.handle.datasync();
	}

	async close(): Promise<void> {
		const current = this.#current;
		this.#current = undefined;
		if (current === undefined) return;
		try {
			await current.handle.datasync();
		} finally {
			await current.handle.close();
		}
	}

	async #begin(): Promise<{ readonly segment: Segment; readonly handle: FileHandle }> {
		const segment = segmentIn(this.#folder, this.#nextNumber);
		this.#nextNumber += 1;
		return { segment, handle: await open(segment.path, 'w', 0o600) };
	}

	/** What there is of a record goes; the next one begins a segment of its own. */
	async #abandon(): Promise<void> {
		const current = this.#current;
		this.#current = undefined;
		if (current === undefined) return;
		const { segment, handle } = current;
		// should this fail, too, the reader finds a torn end
		await handle.truncate(segment.sizeBytes).catch(() => undefined);
		await handle.close().catch(() => undefined);
		if (segment.sizeBytes === 0) await rm(segment.path, { force: true }).catch(() => undefined);
	}
}
