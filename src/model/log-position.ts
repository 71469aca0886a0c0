import { z } from 'zod';

/** An engine's stamp: RFC 3339 in UTC with nine fractional digits, so that text order is time order. */
const Stamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);

/**
 * A place between two lines of a container's log. Stamps alone do not tell it: several lines may share one, and lines of
 * standard output and standard error may be kept in another order than that of their stamps. But an engine asked twice
 * for the lines from one stamp on gives the same lines in the same order, so a stamp and a number do.
 */
export const LogPosition = z.object({
	/** The engine is asked for lines from this stamp on, itself included. */
	anchor: Stamp,
	/** Of those, so many were read. */
	count: z.number().int().min(0),
	/** The latest stamp among those read; a line after it was not. */
	last: Stamp,
});
export type LogPosition = z.infer<typeof LogPosition>;

/** @param atMs - milliseconds since 1970 */
export const toStamp = (atMs: number): string =>
	`${new Date(atMs).toISOString().slice(0, -1)}000000Z`;

/** Nothing from this moment on was read. @param atMs - milliseconds since 1970 */
export function positionAt(atMs: number): LogPosition {
	const stamp = toStamp(atMs);
	return { anchor: stamp, count: 0, last: stamp };
}

/** An anchor is older than the latest line by this at least: lines whose stamps run back by less do not fall before it. */
const slackMs = 2000;

interface Stamped {
	readonly stamp: string;
}

/** Follows the position while lines are read, and leaves out those that were read before. */
export class LogTracker {
	#anchor = '';
	#count = 0;
	#last = '';
	/** Lines at the beginning of this reading that may be known. */
	#known = 0;
	/** The next anchor, once it is old enough. */
	#next = '';
	#nextCount = 0;
	#nextMs = 0;
	#hasGap = false;

	/** @param from - undefined: from the first line on */
	constructor(from?: LogPosition) {
		if (from === undefined) return;
		this.#anchor = from.anchor;
		this.#known = from.count;
		this.#last = from.last;
	}

	/** Behind the last line taken; undefined when there was none, and no place to begin at. */
	get position(): LogPosition | undefined {
		if (this.#anchor === '') return undefined;
		return { anchor: this.#anchor, count: this.#count + this.#known, last: this.#last };
	}

	/** @returns true once when the log no longer reaches back to where it was read: lines may be missing before this one */
	takeGap(): boolean {
		const hasGap = this.#hasGap;
		this.#hasGap = false;
		return hasGap;
	}

	/** To be called with every line the engine gives, in its order. @returns those that are new */
	take<T extends Stamped>(lines: readonly T[]): readonly T[] {
		let fresh = lines;
		if (this.#known > 0) {
			const firstNew = lines.findIndex((line) => !this.#isKnown(line));
			fresh = firstNew === -1 ? [] : lines.slice(firstNew);
		}
		fresh.forEach(({ stamp }) => this.#advance(stamp));
		this.#moveAnchor();
		return fresh;
	}

	#isKnown({ stamp }: Stamped): boolean {
		if (this.#known === 0) return false;
		if (stamp > this.#last) {
			this.#known = 0;
			this.#hasGap = this.#count === 0;
			return false;
		}
		// an engine that seeks instead of filtering also gives lines behind the anchor that are stamped before it
		if (stamp < this.#anchor) return true;
		this.#known -= 1;
		this.#count += 1;
		return true;
	}

	#advance(stamp: string): void {
		if (this.#anchor === '') this.#anchor = toStamp(Date.parse(stamp) - slackMs);
		if (stamp >= this.#anchor) this.#count += 1;
		if (this.#next !== '' && stamp >= this.#next) this.#nextCount += 1;
		if (stamp <= this.#last) return;
		this.#last = stamp;
		if (this.#next !== '') return;
		this.#next = stamp;
		this.#nextCount = 1;
		this.#nextMs = Date.parse(stamp);
	}

	#moveAnchor(): void {
		if (this.#next === '' || Date.parse(this.#last) - this.#nextMs < slackMs) return;
		this.#anchor = this.#next;
		this.#count = this.#nextCount;
		this.#known = 0;
		this.#next = '';
	}
}
