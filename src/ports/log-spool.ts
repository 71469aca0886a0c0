/** Position behind a batch. */
export interface SpoolMark {
	readonly segment: number;
	readonly offset: number;
}

export interface SpooledBatch {
	/** As it was appended. */
	readonly text: Buffer;
	readonly lines: number;
	/** To be confirmed when the batch has arrived. */
	readonly mark: SpoolMark;
}

/**
 * Lines on the disk that wait for the cloud, in the order in which they came; bounded: the oldest go first, and are
 * counted. What it says of itself is in the supervisor's log. Calls run one after another.
 */
export interface LogSpool {
	/** Finds what a former process left. Does not reject: what cannot be read is set aside. */
	open(): Promise<void>;
	/** @returns false when the lines are not kept: the disk is full or fails, or the limit is 0. Does not reject. */
	append(text: string, lines: number): Promise<boolean>;
	/** What was appended is on the disk afterwards, even if the power fails. Does not reject. */
	sync(): Promise<void>;
	/** @returns the batch behind the last one that was read; undefined when there is none. Does not reject. */
	next(): Promise<SpooledBatch | undefined>;
	/** Reading begins again behind what was confirmed last. */
	rewind(): void;
	/** What was read up to the mark need not be read again, even after a crash. Does not reject. */
	confirm(mark: SpoolMark): Promise<void>;
	/** Nothing is kept afterwards. Does not reject. */
	clear(): Promise<void>;
	/** What was appended is on the disk afterwards, and nothing is open. Does not reject. */
	close(): Promise<void>;
	/** Nothing is there to be read. */
	readonly isEmpty: boolean;
	readonly sizeBytes: number;
	/** @returns lines that were dropped, or could not be read, since the last call */
	takeDropped(): number;
}
