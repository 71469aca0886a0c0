/** A value that may be watched. */
export interface Store<T> {
	get(): T;
	set(change: Partial<T>): void;
	/** @returns ends the subscription */
	subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
	const listeners = new Set<() => void>();
	let current = initial;
	return {
		get: () => current,
		set(change) {
			current = { ...current, ...change };
			for (const listener of listeners) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
}
