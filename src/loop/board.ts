import { createTopic } from '../kit/emitter.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';

/** Holds the one current snapshot; whoever reports reads it here and may listen for changes. */
export interface StateBoard {
	snapshot(): DeviceSnapshot;
	/** Publishes a snapshot with these members replaced and a higher revision. */
	update(change: Partial<Omit<DeviceSnapshot, 'revision'>>): void;
	/** @returns a function that ends the subscription */
	subscribe(listener: (snapshot: DeviceSnapshot) => void): () => void;
}

export function createStateBoard(): StateBoard {
	const topic = createTopic<DeviceSnapshot>();
	let current: DeviceSnapshot = {
		revision: 0,
		pulls: {},
		volatile: {},
		apps: {},
		currentCommits: {},
		updateDownloaded: false,
	};
	return {
		snapshot: () => current,
		update(change) {
			current = { ...current, ...change, revision: current.revision + 1 };
			topic.publish(current);
		},
		subscribe: (listener) => topic.subscribe(listener),
	};
}
