import type { Clock } from '../clock.ts';
import { abortReason } from '../errors.ts';

export interface FakeClock extends Clock {
	/** Moves time forward and wakes the sleepers whose time has come, in order, letting promises settle in between. */
	advance(ms: number): Promise<void>;
	/** Moves only the wall time, as a first time synchronisation does. */
	jumpWall(ms: number): void;
	/** Milliseconds each present sleeper still has to wait, soonest first. */
	sleepers(): number[];
}

interface Sleeper {
	atMs: number;
	wake: () => void;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands still until told to move. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
	let monotonicMs = 0;
	let wallMs = startMs;
	const sleepers = new Set<Sleeper>();
	const next = (limitMs: number): Sleeper | undefined =>
		[...sleepers].filter(({ atMs }) => atMs <= limitMs).sort((a, b) => a.atMs - b.atMs)[0];
	return {
		now: () => new Date(wallMs),
		monotonicMs: () => monotonicMs,
		sleepers: () => [...sleepers].map(({ atMs }) => atMs - monotonicMs).sort((a, b) => a - b),
		jumpWall: (ms) => void (wallMs += ms),
		async advance(ms) {
			const limitMs = monotonicMs + ms;
			await settle();
			for (let sleeper = next(limitMs); sleeper !== undefined; sleeper = next(limitMs)) {
				wallMs += sleeper.atMs - monotonicMs;
				monotonicMs = sleeper.atMs;
				sleepers.delete(sleeper);
				sleeper.wake();
				await settle();
				await settle();
			}
			wallMs += limitMs - monotonicMs;
			monotonicMs = limitMs;
			await settle();
		},
		sleep: (ms, signal) =>
			new Promise((resolve, reject) => {
				if (signal.aborted) {
					reject(abortReason(signal));
					return;
				}
				const sleeper: Sleeper = {
					atMs: monotonicMs + Math.max(0, ms),
					wake: () => {
						signal.removeEventListener('abort', onAbort);
						resolve();
					},
				};
				const onAbort = (): void => {
					sleepers.delete(sleeper);
					reject(abortReason(signal));
				};
				signal.addEventListener('abort', onAbort, { once: true });
				sleepers.add(sleeper);
			}),
	};
}
