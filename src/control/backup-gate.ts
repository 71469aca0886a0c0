import type { Clock } from '../kit/clock.ts';
import { hasCode, messageOf } from '../kit/errors.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import type { TargetState } from '../model/target.ts';
import { restoreBackup, type RestoreDeps } from './restore-backup.ts';

export interface BackupGateDeps<Options> extends RestoreDeps {
	/** Puts a target in force. */
	readonly setTarget: (target: TargetState, options?: Options) => void;
	/** Pause before the next attempt, in milliseconds. */
	readonly retryDelayMs: number;
	readonly clock: Clock;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

/** Holds a target back until the backup's volumes are filled, so that no service starts without its data. */
export interface BackupGate<Options> extends Job {
	readonly setTarget: (target: TargetState, options?: Options) => void;
}

/**
 * The latest target is put in force once the backup is restored. One that does not fit the backup is put in force too:
 * the failure is told, and the next target is tried anew, as is the same one after each pause.
 */
export function createBackupGate<Options>(deps: BackupGateDeps<Options>): BackupGate<Options> {
	const gate = new Gate(deps);
	return {
		name: 'backup',
		setTarget: (target, options) => gate.setTarget(target, options),
		run: (signal) => gate.run(signal),
	};
}

interface HeldTarget<Options> {
	readonly target: TargetState;
	readonly options: Options | undefined;
}

class Gate<Options> {
	readonly #deps: BackupGateDeps<Options>;
	readonly #log: Logger;
	readonly #waker: Waker;
	#latest: HeldTarget<Options> | undefined;
	/** The latest target is not in force yet. */
	#isHeld = false;
	#isOver = false;
	#said: string | undefined;

	constructor(deps: BackupGateDeps<Options>) {
		this.#deps = deps;
		this.#log = deps.log.child({ component: 'backup' });
		this.#waker = createWaker(deps.clock);
	}

	setTarget(target: TargetState, options: Options | undefined): void {
		this.#latest = { target, options };
		this.#isHeld = true;
		if (this.#isOver) this.#pass();
		else this.#waker.wake();
	}

	async run(signal: AbortSignal): Promise<void> {
		await this.#untilOver(signal).catch((err: unknown) => {
			if (!signal.aborted) throw err;
		});
		await aborted(signal);
	}

	async #untilOver(signal: AbortSignal): Promise<void> {
		const { retryDelayMs } = this.#deps;
		while (!this.#isOver) {
			const pauseMs = this.#latest === undefined ? Number.POSITIVE_INFINITY : retryDelayMs;
			await this.#waker.wait(pauseMs, signal);
			if (this.#latest !== undefined) await this.#attempt(this.#latest, signal);
		}
	}

	async #attempt(tried: HeldTarget<Options>, signal: AbortSignal): Promise<void> {
		try {
			const restored = await restoreBackup({ ...this.#deps, log: this.#log }, tried.target, signal);
			this.#isOver = true;
			if (restored !== undefined) {
				this.#deps.announce(`Restored volumes from a backup: ${restored.join(', ')}`);
			}
			this.#pass();
		} catch (err) {
			signal.throwIfAborted();
			this.#tell(err);
			// One that came meanwhile is tried at once.
			if (hasCode(err, 'BACKUP_INVALID') && this.#latest === tried) this.#pass();
		}
	}

	#pass(): void {
		if (this.#latest === undefined || !this.#isHeld) return;
		this.#isHeld = false;
		this.#deps.setTarget(this.#latest.target, this.#latest.options);
	}

	#tell(err: unknown): void {
		const message = messageOf(err);
		if (message === this.#said) this.#log.debug({ err }, 'volumes are still not restored');
		else this.#deps.announce(`Cannot restore volumes: ${message}`);
		this.#said = message;
	}
}
