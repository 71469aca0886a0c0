import { createDialer } from '../../src/cloud/dialer.ts';
import {
	createHttpClient,
	type HttpAnswer,
	type HttpClient,
	type HttpRequest,
} from '../../src/cloud/http.ts';
import { createPoller, type Poller, type PollerDeps } from '../../src/cloud/poll.ts';
import { createReporter, type Reporter, type ReporterDeps } from '../../src/cloud/report.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	testFacts,
} from '../../src/cloud/testing/memory-config.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { createFakeClock } from '../../src/kit/testing/fake-clock.ts';
import type { HostMetrics } from '../../src/model/host-metrics.ts';
import { startCloud, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';
import { createFraction } from '../simulation/outage.ts';
import { startCountingRelay, type CountingRelay, type Traffic } from './counting-relay.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

interface Way {
	readonly cloud: TestCloud;
	readonly front: TlsFront;
	readonly relay: CountingRelay;
}

/** What poller and reporter have in common. */
type Basics = Pick<
	ReporterDeps & PollerDeps,
	'config' | 'http' | 'clock' | 'log' | 'random' | 'pollIntervalMs' | 'provisioned'
>;

/** What the sensors show in a minute. */
type Metrics = (minute: number) => HostMetrics;

/** The parts of a device that talk to the development cloud over TLS, on a clock that is driven. */
export class IdleDevice {
	readonly #way: Way;
	readonly #metrics: Metrics;
	readonly #client: HttpClient;
	readonly #clock = createFakeClock();
	readonly #stop = new AbortController();
	readonly #open = new Set<Promise<HttpAnswer>>();
	readonly #listeners = new Set<() => void>();
	readonly #poller: Poller;
	readonly #jobs: readonly Promise<void>[];
	#etag: string | undefined;
	#minute = 0;
	#changes = 0;
	/** Since the beginning. */
	requests = 0;
	/** The largest number of requests that were under way at one time. */
	mostAtOnce = 0;

	private constructor(way: Way, config: Record<string, unknown>, metrics: Metrics) {
		this.#way = way;
		this.#metrics = metrics;
		this.#client = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/20.0.0 (Linux; Debian GNU/Linux 12; prod)'),
			dialer: createDialer({ rootCa: way.front.rootCa }),
			clock: systemClock,
		});
		const basics = this.#basics(config);
		this.#poller = this.#createPoller(basics);
		const jobs = [this.#poller, this.#createReporter(basics)];
		this.#jobs = jobs.map((job) => job.run(this.#stop.signal));
	}

	static async start(metrics: Metrics): Promise<IdleDevice> {
		const cloud = await startCloud();
		const front = await startTlsFront(Number(new URL(cloud.url).port));
		const relay = await startCountingRelay(front.port);
		const { uuid, key, id } = await cloud.register();
		const config = {
			apiEndpoint: `https://127.0.0.1:${relay.port}`,
			...{ uuid, deviceApiKey: key, deviceId: id, registered_at: 1 },
		};
		return new IdleDevice({ cloud, front, relay }, config, metrics);
	}

	traffic(): Traffic {
		return this.#way.relay.traffic();
	}

	/** Something happens on the device, and somebody wants it to ask for its target. */
	disturb(): void {
		this.#changes += 1;
		for (const listener of this.#listeners) listener();
		this.#poller.trigger({ force: false, cancel: false });
	}

	/** From now on the cloud takes so long for each answer. */
	slowDown(delayMs: number): void {
		this.#way.cloud.cloud.faults.add({ match: '* ^/device', delayMs });
	}

	/** Lets time go by until so many more requests were made, and one of them is answered. */
	async answered(count: number): Promise<void> {
		for (const until = this.requests + count; this.requests < until;) {
			await this.#clock.advance(1000);
			if (this.#open.size > 0) await Promise.race(this.#open);
		}
	}

	/** Lets so many minutes go by, and everything that belongs into them happen. */
	async live(minutes: number): Promise<void> {
		for (let rest = minutes; rest > 0; rest -= 1) {
			await this.#clock.advance(60_000);
			while (this.#open.size > 0) {
				await Promise.allSettled(this.#open);
				await this.#clock.advance(0);
			}
			this.#client.close(); // what a minute of silence does to connections
			this.#minute += 1;
		}
	}

	async close(): Promise<void> {
		this.#stop.abort();
		await Promise.all(this.#jobs);
		this.#client.close();
		this.#way.relay.close();
		this.#way.front.close();
		await this.#way.cloud.close();
	}

	#send(request: HttpRequest): Promise<HttpAnswer> {
		this.requests += 1;
		const sent = this.#client.send(request).finally(() => this.#open.delete(sent));
		this.#open.add(sent);
		this.mostAtOnce = Math.max(this.mostAtOnce, this.#open.size);
		return sent;
	}

	#basics(config: Record<string, unknown>): Basics {
		return {
			config: createMemoryConfig(config),
			http: {
				send: (request: HttpRequest) => this.#send(request),
				close: () => undefined,
			},
			...{ clock: this.#clock, log: silentLogger, random: { fraction: createFraction(1) } },
			pollIntervalMs: () => 900_000,
			provisioned: () => Promise.resolve(),
		};
	}

	#createPoller(basics: Basics): Poller {
		return createPoller({
			...basics,
			storedEtag: () => Promise.resolve(this.#etag),
			onTarget: ({ etag }) => Promise.resolve(void (this.#etag = etag)),
			onUnchanged: () => undefined,
			announce: () => undefined,
			recheckKey: () => Promise.resolve(false),
			instantUpdates: () => true,
		});
	}

	#createReporter(basics: Basics): Reporter {
		const address = (): string => `10.0.0.${this.#changes % 250}`;
		return createReporter({
			...basics,
			snapshot: () => ({
				...{ revision: 0, pulls: {}, volatile: {}, apps: {}, currentCommits: {} },
				updateDownloaded: false,
			}),
			onChange: (listener) => {
				this.#listeners.add(listener);
				return () => this.#listeners.delete(listener);
			},
			host: {
				facts: () => Promise.resolve({ ...testFacts, ipAddress: address() }),
				metrics: () => Promise.resolve(this.#metrics(this.#minute)),
			},
			store: { ...createMemorySettings(), listImages: () => Promise.resolve([]) },
			...{ version: '20.0.0', apiPort: 48484 },
			apiSecret: () => Promise.resolve('s'.repeat(32)),
			reportsApps: () => true,
			hardwareMetrics: () => true,
		});
	}
}
