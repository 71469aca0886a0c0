/** Runs pieces of work one after another, in the order of the calls. */
export interface Queue {
	/** Resolves or rejects as `work` does; a failure does not hold back what waits behind it. */
	run<T>(work: () => Promise<T>): Promise<T>;
}

export function createQueue(): Queue {
	let tail: Promise<unknown> = Promise.resolve();
	return {
		run(work) {
			const result = tail.then(work);
			tail = result.catch(() => undefined);
			return result;
		},
	};
}
