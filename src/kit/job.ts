/** Something that runs until its signal fires. */
export interface Job {
	readonly name: string;
	/** Resolves, after the signal fired, when everything it started has ended; rejects if it cannot go on. */
	run(signal: AbortSignal): Promise<void>;
}

/** Resolves when the signal fires; at once when it has fired. */
export function aborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return Promise.resolve();
	return new Promise((resolve) =>
		signal.addEventListener('abort', () => resolve(), { once: true }),
	);
}
