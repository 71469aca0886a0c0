/** A place in a {@link TextStore}. */
export interface StoredText {
	readonly block: Block;
	readonly start: number;
	/** Grows by {@link TextStore.extend}. */
	bytes: number;
}

interface Block {
	readonly content: Buffer;
	used: number;
	/** Bytes of it that were not taken yet. */
	held: number;
}

const blockBytes = 16 * 1024;
/** So many are kept for use again; more where more is held. */
const spareBlocks = 4;

/**
 * Holds short texts outside of the collector's reach, in the order in which they come and go. Where very many of them
 * pass through, each would outlive the collector's young generation otherwise, and be old when it is gone.
 */
export class TextStore {
	#last: Block | undefined;
	readonly #spare: Block[] = [];

	add(text: string, bytes: number): StoredText {
		const block = this.#blockFor(bytes);
		const start = block.used;
		const written = block.content.write(text, start);
		block.used += written;
		block.held += written;
		return { block, start, bytes: written };
	}

	/** Puts more behind the text that came last. @returns false when there is no room for it in its place */
	extend(stored: StoredText, text: string, bytes: number): boolean {
		const { block } = stored;
		if (block.used + bytes > block.content.length) return false;
		const written = block.content.write(text, block.used);
		block.used += written;
		block.held += written;
		stored.bytes += written;
		return true;
	}

	/** @param texts - the oldest that are held; each is taken once. Strings among them are taken as they are */
	take(texts: readonly (StoredText | string)[]): string {
		const pieces: string[] = [];
		for (let from = 0; from < texts.length;) {
			const to = endOfRun(texts, from);
			pieces.push(this.#takeRun(texts[from], texts[to - 1]));
			from = to;
		}
		return pieces.join('');
	}

	/** Nothing is held any more, and memory is given back. */
	clear(): void {
		this.#last = undefined;
		this.#spare.length = 0;
	}

	#takeRun(first: StoredText | string = '', last: StoredText | string = ''): string {
		if (typeof first === 'string') return first;
		if (typeof last === 'string') return ''; // it is in one block with the first
		const { block, start } = first;
		const end = last.start + last.bytes;
		const text = block.content.toString('utf8', start, end);
		block.held -= end - start;
		if (block.held === 0) this.#reuse(block);
		return text;
	}

	#blockFor(bytes: number): Block {
		const last = this.#last;
		if (last !== undefined && last.used + bytes <= last.content.length) return last;
		const spare = bytes <= blockBytes ? this.#spare.pop() : undefined;
		this.#last = spare ?? {
			content: Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes)),
			...{ used: 0, held: 0 },
		};
		return this.#last;
	}

	#reuse(block: Block): void {
		block.used = 0;
		if (block === this.#last || block.content.length > blockBytes) return;
		if (this.#spare.length < spareBlocks) this.#spare.push(block);
	}
}

/** @returns behind the last text that is in one block with the first */
function endOfRun(texts: readonly (StoredText | string)[], from: number): number {
	const block = blockOf(texts[from]);
	if (block === undefined) return from + 1;
	const end = texts.findIndex((text, index) => index > from && blockOf(text) !== block);
	return end === -1 ? texts.length : end;
}

const blockOf = (text: StoredText | string | undefined): Block | undefined =>
	typeof text === 'object' ? text.block : undefined;
