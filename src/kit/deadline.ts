import { longestTimerMs } from './clock.ts';
import { abortReason } from './errors.ts';
import { linkAbort } from './linked-abort.ts';

/** A time limit inside a longer lifetime. */
export interface Deadline {
	/** Fires when the parent fires, with its reason, or when the time is up. */
	readonly signal: AbortSignal;
	/** True once the time was up before the parent fired. */
	readonly isExpired: boolean;
	/** Gives the full time again; nothing happens once the signal has fired. */
	restart(): void;
	/** Settles as `work` does, or rejects at once when the signal fires, even if `work` never settles. */
	race<T>(work: Promise<T>): Promise<T>;
	/** Stops the timer and leaves the parent. Call it when the work is over. */
	end(): void;
}

/** @param limitMs - milliseconds, by a monotonic clock; what no timer can be is no limit, as `Infinity` */
export function createDeadline(parent: AbortSignal, limitMs: number): Deadline {
	const link = linkAbort(parent);
	let isExpired = false;
	const expire = (): void => {
		if (link.signal.aborted) return;
		isExpired = true;
		link.abort(new Error(`no answer within ${limitMs} ms`));
	};
	const timer = limitMs <= longestTimerMs ? setTimeout(expire, limitMs) : undefined;
	return {
		signal: link.signal,
		get isExpired() {
			return isExpired;
		},
		restart: () => void timer?.refresh(),
		async race(work) {
			let giveUp = (): void => undefined;
			const cut = new Promise<never>((_resolve, reject) => {
				giveUp = () => reject(abortReason(link.signal));
			});
			link.signal.addEventListener('abort', giveUp, { once: true });
			if (link.signal.aborted) giveUp();
			try {
				return await Promise.race([work, cut]);
			} finally {
				link.signal.removeEventListener('abort', giveUp);
			}
		},
		end() {
			clearTimeout(timer);
			link.unlink();
		},
	};
}
