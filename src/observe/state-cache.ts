import type { ObservedState } from '../model/observed.ts';
import { observeDevice, type ObservePorts } from './observe-device.ts';
import { createSharedRead } from './shared-read.ts';

/** The last reading of the engine, and whether it still holds. */
export interface StateCache {
	/** The last reading if it holds, else a new one, shared by all who ask meanwhile. */
	readonly current: (signal: AbortSignal) => Promise<ObservedState>;
	/** What was read or is being read holds no longer. */
	readonly markStale: () => void;
	/** While nobody watches, no reading holds. */
	readonly setWatched: (isWatched: boolean) => void;
}

export function createStateCache(ports: ObservePorts): StateCache {
	let version = 0;
	let isWatched = false;
	let last: { readonly version: number; readonly state: ObservedState } | undefined;
	const shared = createSharedRead(async (readVersion, signal) => {
		const state = await observeDevice(ports, signal);
		last = { version: readVersion, state };
		return state;
	});
	const markStale = (): void => {
		version++;
	};
	return {
		markStale,
		setWatched(value) {
			isWatched = value;
			markStale();
		},
		current(signal) {
			const holds = isWatched && !signal.aborted && last?.version === version;
			return holds && last !== undefined
				? Promise.resolve(last.state)
				: shared.read(version, signal);
		},
	};
}
