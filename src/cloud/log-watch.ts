import type { Clock } from '../kit/clock.ts';
import type { LogConnection } from './log-connection.ts';
import type { LogDeliveries } from './log-deliveries.ts';

export interface LogWatchDeps {
	readonly connection: Pick<LogConnection, 'retransmissions'>;
	readonly deliveries: LogDeliveries;
	/** Called when the other side falls silent, and when it speaks again. */
	readonly onSilence: (isSilent: boolean) => void;
	readonly clock: Clock;
}

/** Shortest time between two looks, in milliseconds. */
const lookEveryMs = 2000;
/** A connection on which nothing is acknowledged for this long is given up, in milliseconds. */
const longestSilenceMs = 30_000;

/** Looks whether what was sent is acknowledged by the other side's kernel. */
export class LogWatch {
	readonly #deps: LogWatchDeps;
	#goodAtMs = -Infinity;
	#silentSinceMs: number | undefined;

	constructor(deps: LogWatchDeps) {
		this.#deps = deps;
	}

	/** When it was known last that all is well. */
	get goodAtMs(): number {
		return this.#goodAtMs;
	}

	/** Looks, if something was sent a while ago. @throws {Error} when it has been silent for too long */
	async isSilent(): Promise<boolean> {
		const { connection, deliveries, clock } = this.#deps;
		const nowMs = clock.monotonicMs();
		const isDue = deliveries.isDue(nowMs) && nowMs >= this.#goodAtMs + lookEveryMs;
		if (this.#silentSinceMs === undefined && !isDue) return false;
		if (((await connection.retransmissions()) ?? 0) === 0) {
			if (this.#silentSinceMs !== undefined) this.#deps.onSilence(false);
			this.#silentSinceMs = undefined;
			this.#goodAtMs = nowMs;
			return false;
		}
		if (this.#silentSinceMs === undefined) this.#deps.onSilence(true);
		this.#silentSinceMs ??= nowMs;
		if (nowMs < this.#silentSinceMs + longestSilenceMs) return true;
		throw new Error('it acknowledges nothing any more');
	}
}
