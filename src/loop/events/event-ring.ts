import type { StoredEvent } from '../../ports/event-store.ts';

/** How much is kept; both bounds hold. */
export interface RingLimits {
	readonly count: number;
	/** Of their JSON, in characters. */
	readonly size: number;
}

/** What a reader who asks for what came after a number gets. */
export interface Replay {
	/** Events that came after it and are not kept any more; without numbers where they are not known. */
	readonly missed?: { readonly from?: number; readonly to?: number } | undefined;
	readonly events: readonly StoredEvent[];
}

/** The last events; the oldest go first. */
export interface EventRing {
	push(event: StoredEvent): void;
	/** @param id - 0: everything there is */
	after(id: number): Replay;
	/** Number of the oldest event that is kept; undefined when there is none. */
	readonly oldest: number | undefined;
}

/** @param dropped - number of the last event that was there before and is not kept; 0: there was none */
export function createEventRing({ count, size }: RingLimits, dropped = 0): EventRing {
	const events: StoredEvent[] = [];
	let first = 0; // the array is cut once a while only: to shift it each time would copy it
	let sizeNow = 0;
	let droppedTo = dropped;

	const dropOldest = (): void => {
		const oldest = events[first];
		if (oldest === undefined) return;
		sizeNow -= oldest.json.length;
		droppedTo = oldest.id;
		first += 1;
		if (first < count) return;
		events.splice(0, first);
		first = 0;
	};
	return {
		get oldest() {
			return events[first]?.id;
		},
		push(event) {
			events.push(event);
			sizeNow += event.json.length;
			while (events.length - first > count || (sizeNow > size && events.length - first > 1)) {
				dropOldest();
			}
		},
		after(id) {
			const kept = events.slice(first).filter((event) => event.id > id);
			const isMissed = id < droppedTo;
			return { events: kept, ...(isMissed && { missed: { from: id + 1, to: droppedTo } }) };
		},
	};
}
