/** A list of listeners for one kind of event; replaces event emitters between rooms. */
export interface Topic<T> {
	publish(event: T): void;
	/** @returns a function that ends the subscription; calling it twice does nothing more */
	subscribe(listener: (event: T) => void): () => void;
	readonly listenerCount: number;
}

/** Listeners are called in order of subscription, synchronously; one that throws does not keep the others from hearing. */
export function createTopic<T>({ onError }: { onError?: (err: unknown) => void } = {}): Topic<T> {
	const listeners = new Set<(event: T) => void>();
	return {
		publish(event) {
			for (const listener of [...listeners]) {
				try {
					listener(event);
				} catch (err) {
					onError?.(err);
				}
			}
		},
		subscribe(listener) {
			const own = (event: T): void => listener(event);
			listeners.add(own);
			return () => void listeners.delete(own);
		},
		get listenerCount() {
			return listeners.size;
		},
	};
}
