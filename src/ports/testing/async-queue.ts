/** An async iterable that is fed from outside; ends when closed, throws when failed, ends when its signal fires. */
export interface AsyncQueue<T> extends AsyncIterable<T> {
	push(value: T): void;
	/** What was pushed is still delivered, then the iteration ends. */
	close(): void;
	/** What was pushed is still delivered, then the iteration throws. */
	fail(err: Error): void;
}

export function createAsyncQueue<T>(signal: AbortSignal, onDone?: () => void): AsyncQueue<T> {
	const values: T[] = [];
	let end: { readonly err?: Error } | undefined;
	let wake = (): void => undefined;
	const finish = (how: { readonly err?: Error }): void => {
		end ??= how;
		wake();
	};
	async function* drain(): AsyncGenerator<T> {
		const onAbort = (): void => finish({});
		signal.addEventListener('abort', onAbort, { once: true });
		try {
			while (!signal.aborted) {
				const value = values.shift();
				if (value !== undefined) yield value;
				else if (end?.err !== undefined) throw end.err;
				else if (end !== undefined) return;
				else await new Promise<void>((resolve) => (wake = resolve));
			}
		} finally {
			signal.removeEventListener('abort', onAbort);
			onDone?.();
		}
	}
	return {
		push(value) {
			values.push(value);
			wake();
		},
		close: () => finish({}),
		fail: (err) => finish({ err }),
		[Symbol.asyncIterator]: drain,
	};
}
