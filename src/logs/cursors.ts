import { z } from 'zod';
import { LogPosition } from '../model/log-position.ts';
import type { LogCursorStore } from '../ports/log-cursor-store.ts';

const Cursor = z.object({
	/** Absent: nothing of it was read. */
	position: LogPosition.optional(),
	/** When the container was started that was read; absent: not known. */
	life: z.string().optional(),
});
/** How far a container's log was read. */
export type LogCursor = z.infer<typeof Cursor>;

const Stored = z.object({ savedAtSec: z.number(), cursors: z.record(z.string(), Cursor) });

/** How far each container's log was read, over restarts. */
export class LogCursors {
	readonly #store: LogCursorStore;
	#cursors = new Map<string, LogCursor>();
	#savedAtSec: number | undefined;
	#isDirty = false;

	constructor(store: LogCursorStore) {
		this.#store = store;
	}

	/** What was read is known up to this moment (Unix seconds); undefined when nothing was ever read. */
	get savedAtSec(): number | undefined {
		return this.#savedAtSec;
	}

	get isDirty(): boolean {
		return this.#isDirty;
	}

	async load(): Promise<void> {
		const stored = Stored.safeParse(await this.#store.load());
		if (!stored.success) return;
		this.#cursors = new Map(Object.entries(stored.data.cursors));
		this.#savedAtSec = stored.data.savedAtSec;
	}

	/** @returns undefined for a container that was never met */
	of(containerId: string): LogCursor | undefined {
		return this.#cursors.get(containerId);
	}

	move(containerId: string, cursor: LogCursor): void {
		this.#isDirty = true;
		this.#cursors.set(containerId, cursor);
	}

	/** Forgets containers that are gone. */
	keepOnly(isPresent: (containerId: string) => boolean): void {
		for (const containerId of this.#cursors.keys()) {
			if (isPresent(containerId)) continue;
			this.#cursors.delete(containerId);
			this.#isDirty = true;
		}
	}

	/**
	 * Stores them as they are at the call.
	 * @param safe - resolves when nothing behind them can be lost any more
	 * @throws {SupervisorError} STORE_FAILED
	 */
	async save(nowSec: number, safe: Promise<unknown>): Promise<void> {
		const cursors = Object.fromEntries(this.#cursors);
		this.#isDirty = false;
		await safe;
		await this.#store.save({ savedAtSec: nowSec, cursors });
	}
}
