/** Runs at most one piece of work per key; callers that come meanwhile share its result. */
export interface SingleFlight<T> {
	run(key: string, work: () => Promise<T>): Promise<T>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
	const flights = new Map<string, Promise<T>>();
	return {
		run(key, work) {
			const flying = flights.get(key);
			if (flying !== undefined) return flying;
			const flight = work().finally(() => flights.delete(key));
			flights.set(key, flight);
			return flight;
		},
	};
}
