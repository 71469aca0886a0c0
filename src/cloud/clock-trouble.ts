import type { Clock } from '../kit/clock.ts';
import { CertificateDatesError } from './certificate-dates.ts';

/** A device whose clock was wrong looks so often whether it was set, in milliseconds. */
const lookMs = 5000;

/**
 * What to do about a failure for which the clock is to blame: it is over the moment the clock is set, hours before the
 * next attempt perhaps.
 */
export class ClockTrouble {
	readonly #clock: Clock;
	#failure: CertificateDatesError | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/**
	 * Remembers the last failure; undefined: the last attempt succeeded. One whose dates hold by the clock as it is now is
	 * not the clock's fault: to try again at once would go on without end.
	 */
	note(err: unknown): void {
		const isOfClock = err instanceof CertificateDatesError && !err.fits(this.#clock.now());
		this.#failure = isOfClock ? err : undefined;
	}

	/** True once, when the clock was set since the failure that was noted. */
	isOver(): boolean {
		const isOver = this.#failure?.fits(this.#clock.now()) === true;
		if (isOver) this.#failure = undefined;
		return isOver;
	}

	/** @returns how long to wait before looking at the clock, at most `ms` */
	pieceOf(ms: number): number {
		return this.#failure === undefined ? ms : Math.min(ms, lookMs);
	}

	/** Sleeps, but not beyond the moment the clock is set. */
	async sleep(ms: number, signal: AbortSignal): Promise<void> {
		const untilMs = this.#clock.monotonicMs() + ms;
		for (let restMs = ms; restMs > 0 && !this.isOver();) {
			await this.#clock.sleep(this.pieceOf(restMs), signal);
			restMs = untilMs - this.#clock.monotonicMs();
		}
	}
}
