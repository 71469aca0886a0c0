import { backoffMs, withJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { createTopic, type Topic } from '../kit/emitter.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { systemRandom, type Random } from '../kit/random.ts';
import { createWaker, type Waker } from '../kit/waker.ts';
import type { EngineEvent, ObservedState } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { listNames, type ListName } from './observe-device.ts';
import { relevanceOf, staleListOf } from './relevance.ts';
import { createStateCache, type StateCache } from './state-cache.ts';

export interface ObserverDeps {
	readonly engine: ContainerEngine;
	readonly clock: Clock;
	readonly log: Logger;
	/** Default: the system's. */
	readonly random?: Random | undefined;
	/** Hears of every event of the engine, also of those that mean nothing to the observer; must not throw. */
	readonly onEvent?: ((event: EngineEvent) => void) | undefined;
}

/** Keeps the last reading of the engine true by the engine's events, so that looking costs nothing while nothing changes. */
export interface Observer extends Job {
	/**
	 * The world as it is now: the last reading if no event has made it doubtful since, else a new one of the lists that
	 * events have made doubtful (shared by all who ask meanwhile). Without an open event stream every call reads anew.
	 * @throws {SupervisorError} ENGINE_UNAVAILABLE, ENGINE_REFUSED
	 */
	current(signal: AbortSignal): Promise<ObservedState>;
	/**
	 * The next `current` reads these lists anew. For whoever has just changed the engine: its events may come a moment
	 * later. Default: all lists.
	 */
	markStale(lists?: Iterable<ListName>): void;
	/**
	 * Called when the world may have changed: 50 ms after the first event of a swarm, when the engine comes or goes, and
	 * after 15 minutes without either. @returns ends the subscription
	 */
	onChange(listener: () => void): () => void;
	/** Called when the engine is found to answer or not to answer, at each change. @returns ends the subscription */
	onAvailability(listener: (isUp: boolean) => void): () => void;
	/** Undefined until the first attempt. */
	readonly isEngineUp: boolean | undefined;
}

const reconnect = { minMs: 250, maxMs: 5_000 };

/** Without a change for so long, somebody looks all the same: an event may have been lost. */
const fullReadMs = 15 * 60_000;

/** Docker tells of the end of a container before its list of containers shows it; how long, depends on its clean-up. */
const lateMs = 1000;

/** Events come in swarms: a start alone makes three. */
const gatherMs = 50;

export function createObserver({
	engine,
	clock,
	log,
	random = systemRandom,
	onEvent = () => undefined,
}: ObserverDeps): Observer {
	const cache = createStateCache({ engine, clock });
	const changes = createTopic<undefined>();
	const engineUp = createAvailability();
	const waker = createWaker(clock);
	const parts: Parts = {
		...{ engine, clock, random, cache, changes, waker, engineUp, onEvent },
		ends: { isAny: false },
		log: log.child({ component: 'observer' }),
	};
	return {
		name: 'observer',
		current: cache.current,
		markStale: (lists = listNames) => [...lists].forEach((list) => cache.markStale(list)),
		onChange: (listener) => changes.subscribe(listener),
		onAvailability: (listener) => engineUp.topic.subscribe(listener),
		get isEngineUp() {
			return engineUp.isUp();
		},
		async run(signal) {
			await Promise.all([listen(parts, signal), tell(parts, signal)]);
		},
	};
}

interface Parts extends Required<ObserverDeps> {
	readonly random: Random;
	readonly onEvent: (event: EngineEvent) => void;
	readonly cache: StateCache;
	readonly changes: Topic<undefined>;
	readonly waker: Waker;
	readonly engineUp: Availability;
	/** Whether a container has ended since the containers were last looked at late. */
	readonly ends: { isAny: boolean };
}

interface Availability {
	readonly topic: Topic<boolean>;
	readonly isUp: () => boolean | undefined;
	readonly set: (isUp: boolean) => void;
}

function createAvailability(): Availability {
	const topic = createTopic<boolean>();
	let current: boolean | undefined;
	return {
		topic,
		isUp: () => current,
		set(isUp) {
			if (current === isUp) return;
			current = isUp;
			topic.publish(isUp);
		},
	};
}

/** Holds an event stream open until the signal fires. */
async function listen(parts: Parts, signal: AbortSignal): Promise<void> {
	const { clock, random, cache, waker, engineUp, log } = parts;
	let failures = 0;
	while (!signal.aborted) {
		try {
			await readEvents(parts, signal, () => (failures = 0));
		} catch (err) {
			if (engineUp.isUp() !== false) log.warn({ err }, 'engine event stream broken');
		}
		cache.setWatched(false);
		if (isOver(signal)) return;
		engineUp.set(false);
		waker.wake();
		const pauseMs = withJitter(backoffMs(failures++, reconnect), 0.3, random.fraction());
		await clock.sleep(pauseMs, signal).catch(() => undefined);
	}
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;

async function readEvents(
	{ engine, cache, waker, engineUp, onEvent, log, ends }: Parts,
	signal: AbortSignal,
	onOpen: () => void,
): Promise<void> {
	const open = (): void => {
		onOpen();
		log.debug({}, 'engine event stream open');
		cache.setWatched(true);
		engineUp.set(true);
		waker.wake();
	};
	for await (const event of engine.events(signal, open)) {
		onEvent(event);
		const relevance = relevanceOf(event);
		if (relevance !== 'none') cache.markStale(staleListOf(event));
		if (relevance !== 'changed') continue;
		if (event.action === 'die') ends.isAny = true;
		waker.wake();
	}
}

/** Tells the listeners of changes, a swarm of events at a time. */
async function tell(
	{ clock, cache, changes, waker, ends }: Parts,
	signal: AbortSignal,
): Promise<void> {
	try {
		while (!signal.aborted) {
			const isLate = ends.isAny;
			const why = await waker.wait(isLate ? lateMs : fullReadMs, signal);
			if (why === 'time') {
				cache.markStale(isLate ? 'containers' : undefined);
				ends.isAny = false;
			}
			await clock.sleep(gatherMs, signal);
			changes.publish(undefined);
		}
	} catch (err) {
		if (!isOver(signal)) throw err;
	}
}
