import type { Clock } from './clock.ts';

/** Lets writers wait where a moment helps, and nobody where it does not. */
export interface Room {
	/** @returns undefined to write on at once; else resolves when there is room again, or when patience is over. Does not reject. */
	wait(): Promise<void> | undefined;
	/** To be called whenever something was taken away. */
	freed(): void;
}

export interface RoomOptions {
	readonly clock: Clock;
	/** So much is held that more would soon be dropped. */
	readonly isTight: () => boolean;
	/** So little is held that writers may go on. */
	readonly isEased: () => boolean;
	/** Longest wait; whoever has waited so long in vain is followed by none who waits before things have eased. Default 100 ms. */
	readonly patienceMs?: number;
}

/** Those who wait go on one after another, so that they do not fill together what was freed for one. */
export function createRoom({ clock, isTight, isEased, patienceMs = 100 }: RoomOptions): Room {
	const waiters: (() => void)[] = [];
	let isStalled = false;
	let patience: AbortController | undefined;
	let isReleasing = false;
	return {
		wait() {
			if (isStalled && isEased()) isStalled = false;
			if (isStalled || (waiters.length === 0 && !isTight())) return undefined;
			patience ??= beginPatience();
			return new Promise((resolve) => waiters.push(resolve));
		},
		freed() {
			if (waiters.length > 0 && isEased()) release();
		},
	};

	function beginPatience(): AbortController {
		const cut = new AbortController();
		void clock.sleep(patienceMs, cut.signal).then(giveUp, () => undefined); // cut short when eased
		return cut;
	}

	function giveUp(): void {
		patience = undefined;
		isStalled = true;
		for (const go of waiters.splice(0)) go();
	}

	function release(): void {
		patience?.abort();
		patience = undefined;
		if (!isReleasing) releaseNext();
	}

	function releaseNext(): void {
		isReleasing = waiters.length > 0 && !isTight();
		if (isReleasing) {
			waiters.shift()?.();
			setImmediate(releaseNext);
		} else if (waiters.length > 0) patience ??= beginPatience();
	}
}
