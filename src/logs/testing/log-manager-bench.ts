import { createTopic } from '../../kit/emitter.ts';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { LogSink } from '../../ports/log-sink.ts';
import { sleeperSpec } from '../../ports/testing/engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from '../../ports/testing/fake-engine.ts';
import { createLogManager, type LogManager } from '../log-manager.ts';

const never = new AbortController().signal;
const image = 'busybox:stable';
const labels = {
	'io.balena.supervised': 'true',
	'io.balena.service-id': '31007',
	'io.balena.service-name': 'main',
};

/** A log manager on an engine in memory, under a clock that goes as the test tells it. */
export interface LogManagerBench {
	readonly engine: FakeEngine;
	readonly clock: FakeClock;
	/** Lines that came to the sink. */
	readonly lines: LogLine[];
	/** The one that was started last. */
	readonly manager: LogManager;
	/** Of its run. */
	readonly signal: AbortSignal;
	/** Cursors as they were saved last. */
	readonly saved: unknown;
	/** Who listens to the observer. */
	readonly listenerCount: number;
	messages(): string[];
	/** @param sink - what it does beside taking lines */
	start(sink?: Partial<LogSink>): Promise<void>;
	/** It has ended after this time, in milliseconds; default: at once. */
	stop(afterMs?: number): Promise<void>;
	/** As a sudden end of the process would leave it, with what was saved by then. */
	crash(): Promise<void>;
	/** The observer reads the engine anew. */
	look(): Promise<void>;
	/** A container of the service `main`. @returns its id */
	run(name: string, config?: object): Promise<string>;
	say(name: string, message: string, isStdErr?: boolean): Promise<void>;
}

export function createLogManagerBench(): LogManagerBench {
	const engine = createFakeEngine();
	engine.addImage(image);
	const clock = createFakeClock(Date.UTC(2026, 0, 1));
	const lines: LogLine[] = [];
	const changes = createTopic<undefined>();
	let observed: ObservedState | undefined;
	let saved: unknown;
	let stop = new AbortController();
	let running = Promise.resolve();
	let manager = managerOf({});
	const bench: LogManagerBench = {
		...{ engine, clock, lines },
		get manager() {
			return manager;
		},
		get signal() {
			return stop.signal;
		},
		get saved() {
			return saved;
		},
		get listenerCount() {
			return changes.listenerCount;
		},
		messages: () => lines.map(({ message }) => message),
		async start(sink = {}) {
			stop = new AbortController();
			manager = managerOf(sink);
			running = manager.run(stop.signal);
			await clock.advance(0);
		},
		async stop(afterMs = 0) {
			stop.abort();
			if (afterMs > 0) await clock.advance(afterMs);
			await running;
		},
		async crash() {
			const kept = structuredClone(saved);
			await bench.stop(3000);
			saved = kept;
		},
		async look() {
			await clock.advance(10);
			const containers = await engine.listContainers(never);
			const nothing = { images: [], networks: [], volumes: [] };
			observed = { atMs: clock.monotonicMs(), containers, ...nothing };
			changes.publish(undefined);
			await clock.advance(0);
		},
		async run(name, config = {}) {
			const spec = sleeperSpec(name, image, { config: { Labels: labels, ...config } });
			const id = await engine.createContainer(spec, never);
			await engine.startContainer(id, never);
			return id;
		},
		async say(name, message, isStdErr = false) {
			engine.writeLog(name, message, isStdErr);
			await clock.advance(0);
		},
	};
	return bench;

	function managerOf(sink: Partial<LogSink>): LogManager {
		return createLogManager({
			engine,
			observed: () => observed,
			onChange: (listener) => changes.subscribe(listener),
			sinks: [{ write: (line) => void lines.push(line), ...sink }],
			cursorStore: {
				load: () => Promise.resolve(saved),
				save: (value) => Promise.resolve(void (saved = structuredClone(value))),
			},
			clock,
			log: silentLogger,
		});
	}
}
