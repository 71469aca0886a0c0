import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';

export interface KeyCheckDeps {
	/** See Provisioner. */
	readonly recheckKey: (signal: AbortSignal) => Promise<boolean>;
	/** Shortest time between two checks, in milliseconds. */
	readonly pollIntervalMs: () => number;
	readonly clock: Clock;
	readonly log: Logger;
}

/** `good`: the cloud takes it after all, or again; `refused`: it was refused at the last check; `unknown`: nobody can tell. */
export type KeyState = 'good' | 'refused' | 'unknown';

/** What to think of the device's key after the cloud refused it: asks the cloud itself, but seldom. */
export class KeyCheck {
	readonly #deps: KeyCheckDeps;
	#nextAtMs = -Infinity;
	#last: KeyState = 'unknown';

	constructor(deps: KeyCheckDeps) {
		this.#deps = deps;
	}

	/** @returns `good` at most once in each interval */
	async afterRefusal(signal: AbortSignal): Promise<KeyState> {
		const { recheckKey, pollIntervalMs, clock, log } = this.#deps;
		if (clock.monotonicMs() < this.#nextAtMs) return this.#last;
		this.#nextAtMs = clock.monotonicMs() + pollIntervalMs();
		this.#last = 'unknown';
		try {
			if (await recheckKey(signal)) return 'good';
			this.#last = 'refused';
			log.warn({}, 'the cloud takes neither the device key nor another; apps go on as they are');
		} catch (err) {
			signal.throwIfAborted();
			log.debug({ err }, 'device key not checked');
		}
		return this.#last;
	}
}
