import type { Clock } from './clock.ts';

/** Lets writers wait where a moment helps, and not for long where it does not. */
export interface Room {
	/** @returns undefined to write on at once; else resolves when it is the writer's turn. Does not reject. */
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
	/** Longest wait for things to ease. Default 100 ms. */
	readonly patienceMs?: number;
	/** When that was in vain, one writer goes on in this time, until they have eased. Default 20 ms. */
	readonly paceMs?: number;
}

/** One for all: an error of its own, with its stack, would cost more than the wait. */
const eased = new Error('eased');

/** Those who wait go on one after another, so that they do not fill together what was freed for one. */
export function createRoom(options: RoomOptions): Room {
	const { clock, isTight, isEased, patienceMs = 100, paceMs = 20 } = options;
	const waiters: (() => void)[] = [];
	let isStalled = false;
	let timer: AbortController | undefined;
	let isReleasing = false;
	return {
		wait() {
			if (waiters.length === 0 && !isTight()) return undefined;
			setTimer();
			return new Promise((resolve) => waiters.push(resolve));
		},
		freed() {
			if (waiters.length === 0 || !isEased()) return;
			isStalled = false;
			timer?.abort(eased);
			timer = undefined;
			if (!isReleasing) releaseNext();
		},
	};

	function setTimer(): void {
		if (timer !== undefined) return;
		const cut = new AbortController();
		timer = cut;
		const waitMs = isStalled ? paceMs : patienceMs;
		void clock.sleep(waitMs, cut.signal).then(goOn, () => undefined); // cut short when things have eased
	}

	/** Waiting was in vain. */
	function goOn(): void {
		timer = undefined;
		isStalled = !isEased();
		waiters.shift()?.();
		if (waiters.length > 0) setTimer();
	}

	function releaseNext(): void {
		isReleasing = waiters.length > 0 && !isTight();
		if (isReleasing) {
			waiters.shift()?.();
			setImmediate(releaseNext);
		} else if (waiters.length > 0) setTimer();
	}
}
