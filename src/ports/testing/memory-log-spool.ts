import type { LogSpool, SpooledBatch, SpoolMark } from '../log-spool.ts';

export interface MemoryLogSpool extends LogSpool {
	/** Texts that are kept. */
	kept(): string[];
	/** From now on nothing is kept, until it is called with false. */
	fail(isFailing?: boolean): void;
	/** These many lines are dropped. */
	drop(lines: number): void;
}

/** A spool for tests that outlives whoever uses it, but not the process; without a limit. */
export function createMemoryLogSpool(): MemoryLogSpool {
	let batches: SpooledBatch[] = [];
	let sent = 0;
	let read = 0;
	let written = 0;
	let dropped = 0;
	let isFailing = false;
	const unread = (): SpooledBatch | undefined => batches.find(({ mark }) => mark.offset > read);
	return {
		kept: () => batches.map(({ text }) => text.toString()),
		fail: (isSo = true) => void (isFailing = isSo),
		drop: (lines) => void (dropped += lines),
		open: () => Promise.resolve(void (read = sent)),
		append(text, lines) {
			if (isFailing) return Promise.resolve(false);
			written += 1;
			batches.push({ text: Buffer.from(text), lines, mark: { segment: 1, offset: written } });
			return Promise.resolve(true);
		},
		sync: () => Promise.resolve(),
		next() {
			const batch = unread();
			if (batch !== undefined) read = batch.mark.offset;
			return Promise.resolve(batch);
		},
		rewind: () => void (read = sent),
		confirm({ offset }: SpoolMark) {
			sent = Math.max(sent, offset);
			read = Math.max(read, sent);
			batches = batches.filter(({ mark }) => mark.offset > sent);
			return Promise.resolve();
		},
		clear() {
			batches = [];
			dropped = 0;
			return Promise.resolve();
		},
		close: () => Promise.resolve(),
		get isEmpty() {
			return unread() === undefined;
		},
		get sizeBytes() {
			return batches.reduce((sum, { text }) => sum + text.length, 0);
		},
		takeDropped() {
			const count = dropped;
			dropped = 0;
			return count;
		},
	};
}
