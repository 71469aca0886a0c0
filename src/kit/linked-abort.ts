/**
 * An abort of one's own inside a longer lifetime. `AbortSignal.any` would leave about a kilobyte behind on a long-lived
 * signal each time (Node 20).
 */
export interface LinkedAbort {
	/** Fires with `abort`, or when the parent fires. */
	readonly signal: AbortSignal;
	abort(reason?: unknown): void;
	/** Leaves the parent, so that a long-lived parent does not collect listeners. Call it when the work is over. */
	unlink(): void;
}

/** @param parent - fires the child with its own reason */
export function linkAbort(parent: AbortSignal): LinkedAbort {
	const own = new AbortController();
	const follow = (): void => own.abort(parent.reason);
	if (parent.aborted) follow();
	else parent.addEventListener('abort', follow, { once: true });
	return {
		signal: own.signal,
		abort: (reason) => own.abort(reason),
		unlink: () => parent.removeEventListener('abort', follow),
	};
}
