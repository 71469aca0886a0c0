import { z } from 'zod';
import type { StateStore } from '../ports/state-store.ts';

const settingName = 'logCursors';

const Stored = z.object({
	savedAtSec: z.number(),
	/** Empty text: known, but nothing of it was read. */
	stamps: z.record(z.string(), z.string()),
});

/** How far each container's log was read, over restarts. */
export class LogCursors {
	readonly #store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	#stamps = new Map<string, string>();
	#savedAtSec: number | undefined;
	#isDirty = false;

	constructor(store: Pick<StateStore, 'getSetting' | 'setSetting'>) {
		this.#store = store;
	}

	/** What was read is known up to this moment (Unix seconds); undefined when nothing was ever read. */
	get savedAtSec(): number | undefined {
		return this.#savedAtSec;
	}

	/** @throws {SupervisorError} STORE_FAILED */
	async load(): Promise<void> {
		const stored = Stored.safeParse(await this.#store.getSetting(settingName));
		if (!stored.success) return;
		this.#stamps = new Map(Object.entries(stored.data.stamps));
		this.#savedAtSec = stored.data.savedAtSec;
	}

	has(containerId: string): boolean {
		return this.#stamps.has(containerId);
	}

	/** @returns the engine's stamp of the last line read; undefined when none was */
	of(containerId: string): string | undefined {
		const stamp = this.#stamps.get(containerId);
		return stamp === '' ? undefined : stamp;
	}

	/** @param stamp - undefined: nothing was read yet */
	move(containerId: string, stamp: string | undefined): void {
		this.#isDirty ||= this.#stamps.get(containerId) !== (stamp ?? '');
		this.#stamps.set(containerId, stamp ?? '');
	}

	/** Forgets containers that are gone. */
	keepOnly(containerIds: ReadonlySet<string>): void {
		for (const containerId of this.#stamps.keys()) {
			if (containerIds.has(containerId)) continue;
			this.#stamps.delete(containerId);
			this.#isDirty = true;
		}
	}

	/** @throws {SupervisorError} STORE_FAILED */
	async save(nowSec: number): Promise<void> {
		if (!this.#isDirty) return;
		this.#isDirty = false;
		const stamps = Object.fromEntries(this.#stamps);
		await this.#store.setSetting(settingName, { savedAtSec: nowSec, stamps });
	}
}
