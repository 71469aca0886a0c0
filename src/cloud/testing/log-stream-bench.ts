import { silentLogger, type Logger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { createMemoryLogSpool } from '../../ports/testing/memory-log-spool.ts';
import { createDialer, type DialerDeps } from '../dialer.ts';
import { createCloudLogStream, type CloudLogStream } from '../log-stream.ts';
import { createMemoryConfig, eventually } from './memory-config.ts';

export interface LogStreamOptions extends DialerDeps {
	/** Default: it is. */
	readonly provisioned?: Promise<void>;
}

/** A log stream under a clock that stands still but for what the test says. */
export interface LogStreamBench {
	readonly clock: FakeClock;
	/** Pauses that the stream has told of, in milliseconds. */
	readonly pauses: unknown[];
	mode: 'on' | 'paused' | 'off';
	start(config: Readonly<Record<string, unknown>>, options?: LogStreamOptions): CloudLogStream;
	/** A sleep of this length has begun. */
	sleeping(ms: number): Promise<unknown>;
	/** The time goes by in which lines are gathered before they are sent. */
	grace(): Promise<void>;
	/** A minute passes after the last line. */
	idle(): Promise<void>;
	/** The supervisor has stopped, and the cloud answered to the end of the stream by itself. */
	stop(): Promise<void>;
	/** It has stopped; a cloud that does not answer to the end of the stream is given its two seconds. */
	end(): Promise<void>;
}

export function createLogStreamBench(): LogStreamBench {
	const clock = createFakeClock();
	const stop = new AbortController();
	const pauses: unknown[] = [];
	let job: Promise<void> | undefined;
	const log: Logger = {
		...silentLogger,
		warn: (fields) => void pauses.push(new Map(Object.entries(fields)).get('retryInMs')),
		child: () => log,
	};
	const bench: LogStreamBench = {
		...{ clock, pauses, mode: 'on' },
		start(config, { provisioned = Promise.resolve(), rootCa, proxyFor } = {}) {
			const stream = createCloudLogStream({
				config: createMemoryConfig(config),
				provisioned: () => provisioned,
				userAgent: () => Promise.resolve('Supervisor/20.0.0'),
				mode: () => bench.mode,
				dialer: createDialer({ rootCa, proxyFor }),
				spool: createMemoryLogSpool(),
				clock,
				random: { fraction: () => 0 },
				log,
			});
			job = stream.run(stop.signal);
			return stream;
		},
		sleeping: (ms) => eventually(() => clock.sleepers().includes(ms)),
		async grace() {
			await bench.sleeping(5000);
			await clock.advance(5000);
		},
		async idle() {
			await eventually(() => clock.sleepers().some((ms) => ms <= 5000)); // lines are on trial
			await clock.advance(5000);
			await bench.sleeping(55_000);
			await clock.advance(55_000);
		},
		async stop() {
			stop.abort();
			await job;
		},
		async end() {
			stop.abort();
			const ending = { isOver: job === undefined };
			const over = job?.finally(() => (ending.isOver = true));
			for (let tries = 0; tries < 50 && !ending.isOver; tries++) {
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
			await clock.advance(2000);
			await over;
		},
	};
	return bench;
}
