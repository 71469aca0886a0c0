import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { TargetState } from '../../model/target.ts';
import type { StoredTarget } from '../../ports/state-store.ts';
import { createPoller, type Poller, type TriggerOptions } from '../poll.ts';
import { createTargetReceiver } from '../receive-target.ts';
import { createTestHttp, type CloudUnderTest, type SeenRequest } from './cloud-under-test.ts';
import { createMemoryConfig, eventually } from './memory-config.ts';

/** How often the poller asks, in milliseconds, unless a test says otherwise. */
export const intervalMs = 900_000;

export interface PollerOptions {
	readonly instantUpdates?: boolean;
	/** Default: the device's. */
	readonly key?: string;
	readonly pollIntervalMs?: () => number;
}

/** A poller under a clock that goes as the test tells it, and all it has told. */
export interface PollerBench {
	readonly clock: FakeClock;
	/** Targets that were put in force, and how each is to be applied. */
	readonly targets: TargetState[];
	readonly options: TriggerOptions[];
	/** How targets that did not change are to be looked at again. */
	readonly unchanged: TriggerOptions[];
	readonly announced: string[];
	stored: StoredTarget | undefined;
	/** What comes of checking a key that was refused. Default: the cloud does not take it. */
	recheckKey: () => Promise<boolean>;
	rechecks: number;
	start(options?: PollerOptions): Poller;
	/** The poller has ended; another may be started. */
	stop(): Promise<void>;
	end(): Promise<void>;
	/** Requests for the target state. */
	polls(): readonly SeenRequest[];
	/** So many of them were answered. */
	answered(count: number): Promise<unknown>;
	/** The poller waits for its next time. */
	resting(): Promise<unknown>;
}

export function createPollerBench(
	{ url, cloud }: CloudUnderTest,
	device: { readonly uuid: string; readonly key: string },
): PollerBench {
	const http = createTestHttp();
	const clock = createFakeClock();
	let stop = new AbortController();
	let job: Promise<void> | undefined;
	const bench: PollerBench = {
		...{ clock, targets: [], options: [], unchanged: [], announced: [] },
		...{ stored: undefined, recheckKey: () => Promise.resolve(false), rechecks: 0 },
		start(options = {}) {
			stop = new AbortController();
			const poller = pollerOf(options);
			job = poller.run(stop.signal);
			return poller;
		},
		async stop() {
			stop.abort();
			await job;
		},
		async end() {
			await bench.stop();
			http.close();
		},
		polls: () => cloud.journal.list({ path: '/state$', method: 'GET' }),
		answered: (count) =>
			eventually(() => {
				const polls = bench.polls();
				return polls.length >= count && polls.every(({ status }) => status !== 0);
			}),
		resting: () => eventually(() => clock.sleepers().length > 0),
	};
	return bench;

	function pollerOf({
		instantUpdates = true,
		key = device.key,
		pollIntervalMs = () => intervalMs,
	}: PollerOptions): Poller {
		const announce = (message: string): void => void bench.announced.push(message);
		const config = { apiEndpoint: url, uuid: device.uuid, deviceApiKey: key };
		return createPoller({
			config: createMemoryConfig(config),
			http,
			provisioned: () => Promise.resolve(),
			storedEtag: () => Promise.resolve(bench.stored?.etag),
			onTarget: receiver(announce),
			onUnchanged: (how) => bench.unchanged.push(how),
			announce,
			recheckKey: () => {
				bench.rechecks += 1;
				return bench.recheckKey();
			},
			pollIntervalMs,
			instantUpdates: () => instantUpdates,
			clock,
			random: { fraction: () => 0 },
			log: silentLogger,
		});
	}

	function receiver(announce: (message: string) => void): ReturnType<typeof createTargetReceiver> {
		return createTargetReceiver({
			store: {
				saveTarget: (target) => {
					bench.stored = target;
					return Promise.resolve();
				},
			},
			setTarget: (target, how) => {
				bench.targets.push(target);
				bench.options.push(how);
			},
			announce,
		});
	}
}
