import pick from 'lodash/pick.js';
import type { ObservedState } from '../model/observed.ts';
import { listNames, observeDevice, type ListName, type ObservePorts } from './observe-device.ts';
import { createSharedRead } from './shared-read.ts';

/** The last reading of the engine, and what of it still holds. */
export interface StateCache {
	/** The last reading if it holds; else a new one of the lists that do not, shared by all who ask meanwhile. */
	readonly current: (signal: AbortSignal) => Promise<ObservedState>;
	/** What was read or is being read of the list holds no longer. @param list - default: all lists */
	readonly markStale: (list?: ListName) => void;
	/** While nobody watches, no reading holds. */
	readonly setWatched: (isWatched: boolean) => void;
}

export function createStateCache(ports: ObservePorts): StateCache {
	let version = 0;
	let isWatched = false;
	let last: { readonly version: number; readonly state: ObservedState } | undefined;
	/** The version in which each list changed; a reading of an earlier one does not have it. */
	const changedIn = new Map<ListName, number>();
	const holds = (list: ListName): boolean =>
		isWatched && last !== undefined && (changedIn.get(list) ?? 0) <= last.version;
	const shared = createSharedRead(async (readVersion, signal) => {
		const known = last === undefined ? {} : pick(last.state, listNames.filter(holds));
		const state = await observeDevice(ports, signal, known);
		last = { version: readVersion, state };
		return state;
	});
	const markStale = (list?: ListName): void => {
		version++;
		for (const name of list === undefined ? listNames : [list]) changedIn.set(name, version);
	};
	return {
		markStale,
		setWatched(value) {
			isWatched = value;
			markStale();
		},
		current(signal) {
			return last !== undefined && !signal.aborted && listNames.every(holds)
				? Promise.resolve(last.state)
				: shared.read(version, signal);
		},
	};
}
