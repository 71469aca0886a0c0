import { mkdir, rm } from 'node:fs/promises';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import type { LogSpool, SpooledBatch, SpoolMark } from '../ports/log-spool.ts';
import { readPosition, writePosition } from './spool-position.ts';
import {
	countLines,
	findSegments,
	packBatch,
	readBatch,
	setAside,
	type Segment,
} from './spool-segment.ts';
import { SpoolWriter } from './spool-writer.ts';

export interface LogSpoolDeps {
	/** Nothing else is in it. Made when needed. */
	readonly folder: string;
	/** Largest sum of all segments, in bytes; 0: nothing is kept. */
	readonly limitBytes: () => number;
	/** Told to people, once for each trouble. */
	readonly say: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

/** The oldest lines go by the segment: a sixteenth of the whole, but not less than this. */
const segments = 16;
const smallestSegment = 64 * 1024;
/** After a failure the disk is left alone for this time, in milliseconds. */
const troubleMs = 60_000;
/** Shortest time between two notes of what was sent, in milliseconds. */
const noteMs = 5000;

export function createLogSpool(deps: LogSpoolDeps): LogSpool {
	return new DiskSpool(deps);
}

class DiskSpool implements LogSpool {
	readonly #deps: LogSpoolDeps;
	readonly #writer: SpoolWriter;
	readonly #queue = createQueue();
	#segments: Segment[] = [];
	/** Behind what was read last, and behind what has arrived. */
	#read: SpoolMark = { segment: 0, offset: 0 };
	#sent: SpoolMark = { segment: 0, offset: 0 };
	#notedAtMs = -Infinity;
	#dropped = 0;
	#failedAtMs = -Infinity;
	#isInTrouble = false;

	constructor(deps: LogSpoolDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'log spool' }) };
		this.#writer = new SpoolWriter(deps.folder);
	}

	get isEmpty(): boolean {
		return this.#unread() === undefined;
	}

	get sizeBytes(): number {
		return this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	}

	takeDropped(): number {
		const dropped = this.#dropped;
		this.#dropped = 0;
		return dropped;
	}

	open(): Promise<void> {
		return this.#orderly(undefined, async () => {
			const { folder, limitBytes, log } = this.#deps;
			await mkdir(folder, { recursive: true, mode: 0o700 });
			this.#sent = await readPosition(folder);
			this.#read = this.#sent;
			this.#segments = await findSegments(folder);
			this.#writer.startBehind(Math.max(this.#sent.segment, this.#segments.at(-1)?.number ?? 0));
			await this.#removeSent();
			await this.#fit(limitBytes());
			const { isEmpty, sizeBytes } = this;
			if (!isEmpty) log.info({ sizeBytes }, 'lines wait for the cloud');
		});
	}

	append(text: string, lines: number): Promise<boolean> {
		return this.#orderly(false, async () => {
			const { clock, limitBytes, folder } = this.#deps;
			const limit = limitBytes();
			if (limit === 0 || clock.monotonicMs() < this.#failedAtMs + troubleMs) return false;
			await mkdir(folder, { recursive: true, mode: 0o700 });
			const segmentBytes = Math.max(smallestSegment, limit / segments);
			const begun = await this.#writer.write(await packBatch(text, lines), segmentBytes);
			if (begun !== undefined) this.#segments.push(begun);
			this.#endTrouble();
			await this.#fit(limit);
			return true;
		});
	}

	sync(): Promise<void> {
		return this.#orderly(undefined, () => this.#writer.sync());
	}

	next(): Promise<SpooledBatch | undefined> {
		return this.#orderly(undefined, async () => {
			for (let segment = this.#unread(); segment !== undefined; segment = this.#unread()) {
				const { number } = segment;
				const offset = number === this.#read.segment ? this.#read.offset : 0;
				const batch = await readBatch(segment, offset).catch(() => 'damaged' as const);
				if (batch === 'damaged') await this.#setAside(segment);
				else if (batch === 'torn') segment.sizeBytes = offset;
				else {
					this.#read = { segment: number, offset: batch.end };
					return { text: batch.text, lines: batch.lines, mark: this.#read };
				}
			}
			return undefined;
		});
	}

	rewind(): void {
		this.#read = this.#sent;
	}

	confirm(mark: SpoolMark): Promise<void> {
		return this.#orderly(undefined, async () => {
			const { clock, folder } = this.#deps;
			if (!isBefore(this.#sent, mark)) return;
			this.#sent = mark;
			if (isBefore(this.#read, mark)) this.#read = mark;
			await this.#removeSent();
			if (this.#segments.length === 0 || clock.monotonicMs() < this.#notedAtMs + noteMs) return;
			this.#notedAtMs = clock.monotonicMs();
			await writePosition(folder, mark);
		});
	}

	clear(): Promise<void> {
		return this.#orderly(undefined, async () => {
			this.#segments = [];
			this.#dropped = 0;
			await this.#writer.close();
			await rm(this.#deps.folder, { recursive: true, force: true });
		});
	}

	close(): Promise<void> {
		return this.#orderly(undefined, () => this.#writer.close());
	}

	/** Runs when all calls before have ended. @param otherwise - what is given when the disk fails */
	#orderly<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
		return this.#queue.run(work).catch((err: unknown) => {
			this.#fail(err);
			return otherwise;
		});
	}

	#unread(): Segment | undefined {
		return this.#segments.find((segment) => isBefore(this.#read, endOf(segment)));
	}

	async #removeSent(): Promise<void> {
		for (let [oldest] = this.#segments; oldest !== undefined; [oldest] = this.#segments) {
			if (isBefore(this.#sent, endOf(oldest))) return;
			await this.#removeOldest(oldest);
		}
	}

	/** Makes room for what is newer. */
	async #fit(limitBytes: number): Promise<void> {
		while (this.#segments.length > 1 && this.sizeBytes > limitBytes) {
			const [oldest] = this.#segments;
			if (oldest === undefined) return;
			const { number } = oldest;
			const from = number === this.#read.segment ? this.#read.offset : 0;
			const isRead = number < this.#read.segment;
			this.#dropped += isRead ? 0 : await countLines(oldest, from).catch(() => 0);
			await this.#removeOldest(oldest);
		}
	}

	async #removeOldest(oldest: Segment): Promise<void> {
		this.#segments.shift();
		if (this.#writer.isWriting(oldest)) await this.#writer.close();
		await rm(oldest.path, { force: true });
	}

	async #setAside(segment: Segment): Promise<void> {
		const { log, say } = this.#deps;
		this.#segments = this.#segments.filter((one) => one !== segment);
		if (this.#writer.isWriting(segment)) await this.#writer.close();
		const asidePath = await setAside(segment);
		log.error({ asidePath }, 'lines that waited for the cloud are damaged, they are set aside');
		say(`Some lines that waited for the cloud are damaged; they are kept in ${asidePath}`);
	}

	#fail(err: unknown): void {
		const { clock, log, say } = this.#deps;
		this.#failedAtMs = clock.monotonicMs();
		if (this.#isInTrouble) return;
		this.#isInTrouble = true;
		log.warn({ err }, 'lines cannot be kept on the disk, memory holds a few');
		say(`Lines cannot be kept on the disk until the cloud takes them: ${messageOf(err)}`);
	}

	#endTrouble(): void {
		if (!this.#isInTrouble) return;
		this.#isInTrouble = false;
		this.#deps.log.info({}, 'lines are kept on the disk again');
	}
}

const endOf = ({ number, sizeBytes }: Segment): SpoolMark => ({
	segment: number,
	offset: sizeBytes,
});

function isBefore(a: SpoolMark, b: SpoolMark): boolean {
	return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
