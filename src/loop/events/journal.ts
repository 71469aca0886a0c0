import type { Clock } from '../../kit/clock.ts';
import { createTopic, type Topic } from '../../kit/emitter.ts';
import type { Job } from '../../kit/job.ts';
import type { Logger } from '../../kit/logger.ts';
import { createWaker, type Waker } from '../../kit/waker.ts';
import type { NewEvent, PublishEvent } from '../../model/event.ts';
import { isKept } from '../../model/event-choice.ts';
import type { EventStore, StoredEvent } from '../../ports/event-store.ts';
import { createEventRing, type EventRing, type Replay, type RingLimits } from './event-ring.ts';

/** An event as readers get it: its JSON, made once for all of them, and what they select by. */
export type JournalEntry = Omit<StoredEvent, 'id'> & {
	/** Absent: it is not kept. */
	readonly id?: number | undefined;
	readonly serviceName?: string | undefined;
};

export interface JournalDeps {
	readonly store: EventStore;
	readonly clock: Clock;
	readonly log: Logger;
	/** Default 1000 events and 512 Ki characters. */
	readonly limits?: RingLimits | undefined;
}

/** Numbers what happens, tells whoever listens, and keeps the last of it over restarts. */
export interface Journal extends Job {
	/** Goes on where the last process was; to be awaited before anything is published. */
	load(): Promise<void>;
	/** Saves what there is; to be called when nothing is published any more. What comes later all the same has no number. */
	finish(): Promise<void>;
	readonly publish: PublishEvent;
	/** Hears of everything from now on. @returns ends the subscription */
	subscribe(listener: (entry: JournalEntry) => void): () => void;
	/** What is kept of what came after this number; 0: all of it. */
	after(id: number): Replay;
	/** Those who listen now. */
	readonly readerCount: number;
	/** Number of the last event; 0 before the first one. */
	readonly lastId: number;
}

const defaultLimits: RingLimits = { count: 1000, size: 512 * 1024 };
/** What happened is saved together, so long after the first of it. What a crash takes is told as a gap. */
const gatherMs = 30_000;
/** Flash memory wears out: while something happens all the time, it is saved no more often. */
const saveSpacingMs = 300_000;
/** So many at once are saved sooner. */
const unsavedMax = 250;
/** Numbers that may be given out before the next save. */
const reserve = 10_000;

export function createJournal(deps: JournalDeps): Journal {
	return new EventJournal(deps);
}

class EventJournal implements Journal {
	readonly name = 'journal';
	readonly #deps: JournalDeps;
	readonly #limits: RingLimits;
	readonly #topic: Topic<JournalEntry>;
	readonly #waker: Waker;
	#ring: EventRing;
	#nextId = 1;
	#savedAtMs = -Infinity;
	#isFinished = false;
	#unsaved: StoredEvent[] = [];

	constructor(deps: JournalDeps) {
		this.#deps = deps;
		this.#limits = deps.limits ?? defaultLimits;
		this.#topic = createTopic({
			onError: (err) => deps.log.error({ err }, 'reader of the events failed'),
		});
		this.#waker = createWaker(deps.clock);
		this.#ring = createEventRing(this.#limits);
	}

	readonly publish: PublishEvent = (event) => {
		const id = isKept(event.type) && !this.#isFinished ? this.#nextId : undefined;
		const entry = stamp(event, { id, at: this.#deps.clock.now() });
		if (isNumbered(entry)) this.#keep(entry);
		this.#topic.publish(entry);
	};

	subscribe(listener: (entry: JournalEntry) => void): () => void {
		return this.#topic.subscribe(listener);
	}

	after(id: number): Replay {
		return id < this.#nextId ? this.#ring.after(id) : { ...this.#ring.after(0), missed: {} };
	}

	get readerCount(): number {
		return this.#topic.listenerCount;
	}

	get lastId(): number {
		return this.#nextId - 1;
	}

	async load(): Promise<void> {
		const { events, numbers } = await this.#deps.store.loadEvents();
		const lastId = events.at(-1)?.id ?? 0;
		this.#nextId = Math.max(numbers?.reserved ?? 1, lastId + 1);
		this.#ring = createEventRing(this.#limits, (events[0]?.id ?? this.#nextId) - 1);
		for (const event of events) this.#ring.push(event);
		if (numbers?.isComplete === false) {
			this.publish({ type: 'gap', missedFrom: lastId + 1, missedTo: this.#nextId - 1 });
		}
		await this.#save(false); // before any number is given out: none is given out twice
	}

	async run(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			if (!this.#isUnsaved) await this.#waker.wait(Infinity, signal).catch(ignore);
			await this.#gather(signal);
			if (!isOver(signal)) await this.#save(false);
		}
	}

	async finish(): Promise<void> {
		this.#isFinished = true;
		await this.#save(true);
	}

	#keep(entry: StoredEvent): void {
		this.#nextId += 1;
		this.#ring.push(entry);
		this.#unsaved.push(entry);
		if (this.#unsaved.length > this.#limits.count) this.#unsaved.shift();
		const count = this.#unsaved.length;
		if (count === 1 || count === unsavedMax) this.#waker.wake();
	}

	get #isUnsaved(): boolean {
		return this.#unsaved.length > 0;
	}

	/** Waits until it is time to save. */
	async #gather(signal: AbortSignal): Promise<void> {
		const { clock } = this.#deps;
		const nextMs = Math.max(clock.monotonicMs() + gatherMs, this.#savedAtMs + saveSpacingMs);
		while (!signal.aborted && this.#unsaved.length < unsavedMax) {
			const waitMs = nextMs - clock.monotonicMs();
			if (waitMs <= 0) break;
			await this.#waker.wait(waitMs, signal).catch(ignore);
		}
		this.#savedAtMs = clock.monotonicMs();
	}

	/** What could not be saved is tried again with what comes next. */
	async #save(isComplete: boolean): Promise<void> {
		const { store, log } = this.#deps;
		const batch = this.#unsaved;
		this.#unsaved = [];
		const reserved = isComplete ? this.#nextId : this.#nextId + reserve;
		const keepFrom = this.#ring.oldest ?? this.#nextId;
		try {
			await store.saveEvents(batch, { keepFrom, numbers: { reserved, isComplete } });
		} catch (err) {
			log.warn({ err }, 'events could not be saved');
			this.#unsaved = [...batch, ...this.#unsaved].slice(-this.#limits.count);
		}
	}
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;

/** For waits that only reject when their signal fires, where the loop looks at the signal itself. */
const ignore = (): void => undefined;

const isNumbered = (entry: JournalEntry): entry is JournalEntry & StoredEvent =>
	entry.id !== undefined;

function stamp(
	event: NewEvent,
	{ id, at }: { readonly id: number | undefined; readonly at: Date },
): JournalEntry {
	const { type, ...rest } = event;
	const json = JSON.stringify({ id, at: at.toISOString(), type, ...rest });
	const { appUuid, appId, serviceName } = { ...noApp, ...event };
	return { id, type, appUuid, appId, serviceName, json };
}

const noApp: Pick<JournalEntry, 'appUuid' | 'appId' | 'serviceName'> = {};
