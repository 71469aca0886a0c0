import { setMaxListeners } from 'node:events';
import type { DockerEngine } from '../../../src/engine/docker-engine.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { createTopic } from '../../../src/kit/emitter.ts';
import { silentLogger } from '../../../src/kit/logger.ts';
import { createLogManager, type LogManager } from '../../../src/logs/log-manager.ts';
import type { LogLine } from '../../../src/model/log-line.ts';
import type { ObservedState } from '../../../src/model/observed.ts';
import { createObserver } from '../../../src/observe/observer.ts';
import type { LogCursorStore } from '../../../src/ports/log-cursor-store.ts';
import type { LogSink } from '../../../src/ports/log-sink.ts';
import { eventually } from '../../support/eventually.ts';

export interface Follower {
	readonly manager: LogManager;
	/** Lines read so far. */
	readonly lines: LogLine[];
	/** Resolves when everything has ended and the cursors are stored. */
	readonly stop: () => Promise<void>;
}

export interface FollowerOptions {
	readonly engine: DockerEngine;
	/** What the names of the containers begin with that are followed. */
	readonly prefix: string;
	readonly cursorStore: LogCursorStore;
	/** Beside `lines`. */
	readonly sink?: LogSink;
}

/** The part of the supervisor that follows logs, alone with an engine; it has looked at the engine once. */
export async function startFollower(options: FollowerOptions): Promise<Follower> {
	const { engine, prefix, cursorStore, sink } = options;
	const stop = new AbortController();
	setMaxListeners(0, stop.signal); // each log listens
	const observer = createObserver({ engine, clock: systemClock, log: silentLogger });
	const changes = createTopic<undefined>();
	const lines: LogLine[] = [];
	let observed: ObservedState | undefined;
	observer.onChange(() => {
		const reading = observer.current(stop.signal).then((state) => {
			const ours = state.containers.filter(({ name }) => name.startsWith(prefix));
			observed = { ...state, containers: ours };
			changes.publish(undefined);
		});
		reading.catch(() => undefined); // it is observed again
	});
	const manager = createLogManager({
		...{ engine, cursorStore, clock: systemClock, log: silentLogger },
		observed: () => observed,
		onChange: (listener) => changes.subscribe(listener),
		sinks: [{ write: (line) => void lines.push(line) }, ...(sink === undefined ? [] : [sink])],
	});
	const jobs = [manager.run(stop.signal), observer.run(stop.signal)];
	await eventually('a first observation', () => observed !== undefined || undefined);
	return {
		manager,
		lines,
		async stop() {
			stop.abort();
			await Promise.all(jobs);
		},
	};
}

/** Cursors in memory: what was saved last is there for the next follower. */
export function memoryCursors(): LogCursorStore {
	let saved: unknown;
	return {
		load: () => Promise.resolve(structuredClone(saved)),
		save: (value) => Promise.resolve(void (saved = structuredClone(value))),
	};
}
