import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** The part of the store's value that a component shows; it is drawn anew when that part changes. */
export function useStore<T, R>(store: Store<T>, select: (value: T) => R): R {
	const [selected, setSelected] = useState(() => select(store.get()));
	useEffect(() => {
		const update = (): void => setSelected(() => select(store.get()));
		update();
		return store.subscribe(update);
	}, [store]);
	return selected;
}

/** The present, anew every second. */
export function useNow(): number {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), 1000);
		return () => clearInterval(timer);
	}, []);
	return now;
}
