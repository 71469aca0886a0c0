/** Shares the event loop among those who have much to do. */
export interface Turns {
	/** Resolves in a later turn of the event loop, of which nobody else gets one: whoever asks first goes first. */
	next(): Promise<void>;
}

export function createTurns(): Turns {
	const waiting: (() => void)[] = [];
	let isScheduled = false;
	const schedule = (): void => {
		isScheduled = true;
		setImmediate(() => {
			isScheduled = false;
			waiting.shift()?.();
			if (waiting.length > 0) schedule();
		});
	};
	return {
		next: () =>
			new Promise((resolve) => {
				waiting.push(resolve);
				if (!isScheduled) schedule();
			}),
	};
}
