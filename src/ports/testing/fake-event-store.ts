import { SupervisorError } from '../../kit/errors.ts';
import type { EventNumbers, EventStore, StoredEvent } from '../event-store.ts';

/** An event store in memory. */
export interface FakeEventStore extends EventStore {
	/** Writes so far. */
	readonly saves: number;
	readonly saved: readonly StoredEvent[];
	/** From now on every write fails, or none. */
	setBroken(isBroken: boolean): void;
}

export function createFakeEventStore(): FakeEventStore {
	const byId = new Map<number, StoredEvent>();
	let numbersNow: EventNumbers | undefined;
	let saves = 0;
	let isFailing = false;
	const inOrder = (): StoredEvent[] => [...byId.values()].sort((a, b) => a.id - b.id);
	return {
		get saves() {
			return saves;
		},
		get saved() {
			return inOrder();
		},
		setBroken: (isBroken) => void (isFailing = isBroken),
		loadEvents: () => Promise.resolve({ events: inOrder(), numbers: numbersNow }),
		saveEvents(events, { keepFrom, numbers }) {
			const failure = new SupervisorError('the disk is full', { code: 'STORE_FAILED' });
			if (isFailing) return Promise.reject(failure);
			saves += 1;
			for (const { id } of byId.values()) if (id < keepFrom) byId.delete(id);
			for (const event of events) byId.set(event.id, event);
			numbersNow = numbers;
			return Promise.resolve();
		},
	};
}
