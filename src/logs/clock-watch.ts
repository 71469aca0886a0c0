import type { Clock } from '../kit/clock.ts';

/** Notices when the wall clock shows an earlier time than it should. */
export interface ClockWatch {
	/** @returns what it shows now, in milliseconds since 1970, when it ran back since the last look; else undefined */
	look(): number | undefined;
}

/** A clock that is kept right moves by less. */
const toleranceMs = 500;

export function createClockWatch(clock: Pick<Clock, 'now' | 'monotonicMs'>): ClockWatch {
	const offsetMs = (): number => clock.now().getTime() - clock.monotonicMs();
	let last = offsetMs();
	return {
		look() {
			const before = last;
			last = offsetMs();
			return last < before - toleranceMs ? clock.now().getTime() : undefined;
		},
	};
}
