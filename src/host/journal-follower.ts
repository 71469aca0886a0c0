import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { linesOf } from '../kit/text-lines.ts';
import type { LogCursorStore } from '../ports/log-cursor-store.ts';
import { roomIn, type LogSink } from '../ports/log-sink.ts';
import { parseJournalLine } from './journal-lines.ts';

export interface JournalFollowerDeps {
	readonly journal: FollowedJournal;
	readonly sinks: readonly LogSink[];
	readonly cursorStore: LogCursorStore;
	readonly clock: Clock;
	readonly log: Logger;
}

/** The host's journal, as far as its words belong to the device's log. */
export interface FollowedJournal {
	/** False where the host has no journalctl. */
	isThere(): Promise<boolean>;
	/**
	 * What `journalctl --output=json` writes from now on, or from a place on.
	 * @throws {SupervisorError} HOST_FAILED when the program ends
	 */
	follow(
		from: { readonly cursor: string } | { readonly sinceSec: number },
		signal: AbortSignal,
	): AsyncIterable<Uint8Array>;
}

const respawn = { minMs: 5000, maxMs: 900_000 };
/** Shortest time between two savings of the cursor. */
const saveEveryMs = 1000;

/**
 * Passes on what the services of the operating system say, and what journald says of messages it dropped: since the last
 * entry that was read, also over restarts; the first time from the start on.
 */
export function createJournalFollower(deps: JournalFollowerDeps): Job {
	return new JournalFollower(deps);
}

class JournalFollower implements Job {
	readonly name = 'journal follower';
	readonly #deps: JournalFollowerDeps;
	#cursor: string | undefined;
	#saved: string | undefined;
	#savedAtMs = -Infinity;

	constructor(deps: JournalFollowerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'journal follower' }) };
	}

	async run(signal: AbortSignal): Promise<void> {
		const { journal, cursorStore, clock, log } = this.#deps;
		const sinceSec = Math.floor(clock.now().getTime() / 1000);
		const saved = await cursorStore.load();
		this.#cursor = typeof saved === 'string' ? saved : undefined;
		if (!(await journal.isThere())) {
			log.debug({}, 'the host has no journalctl, its journal is not followed');
			await aborted(signal);
			return;
		}
		for (let failures = 0; !isOver(signal); failures++) {
			const before = this.#cursor;
			await this.#follow(sinceSec, signal);
			if (this.#cursor !== before) failures = 0;
			await clock.sleep(backoffMs(failures, respawn), signal).catch(() => undefined); // when the signal fires
		}
		await this.#save();
	}

	/** Does not reject. */
	async #follow(sinceSec: number, signal: AbortSignal): Promise<void> {
		const { journal, log } = this.#deps;
		const from = this.#cursor === undefined ? { sinceSec } : { cursor: this.#cursor };
		try {
			for await (const text of linesOf(journal.follow(from, signal))) await this.#pass(text);
		} catch (err) {
			if (signal.aborted) return;
			log.debug({ err }, 'the journal broke off, will be followed again');
			if (messageOf(err).includes('cursor')) this.#cursor = undefined; // what it names is not there any more
		}
	}

	async #pass(text: string): Promise<void> {
		const { sinks, clock } = this.#deps;
		const entry = parseJournalLine(text);
		if (entry === undefined) return;
		const { line, cursor } = entry;
		if (line !== undefined) {
			const room = roomIn(sinks);
			if (room !== undefined) await room;
			for (const sink of sinks) sink.write(line);
		}
		this.#cursor = cursor;
		if (clock.monotonicMs() - this.#savedAtMs >= saveEveryMs) await this.#save();
	}

	async #save(): Promise<void> {
		if (this.#cursor === undefined || this.#cursor === this.#saved) return;
		this.#savedAtMs = this.#deps.clock.monotonicMs();
		this.#saved = this.#cursor;
		await this.#deps.cursorStore.save(this.#cursor).catch((err: unknown) => {
			this.#deps.log.debug({ err }, 'the cursor of the journal is not stored');
		});
	}
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;
