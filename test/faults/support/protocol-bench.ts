import { setMaxListeners } from 'node:events';
import { createDialer } from '../../../src/cloud/dialer.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../../src/cloud/http.ts';
import { createMemoryConfig, type MemoryConfig } from '../../../src/cloud/testing/memory-config.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { silentLogger } from '../../../src/kit/logger.ts';
import { systemRandom } from '../../../src/kit/random.ts';
import { createFakeClock } from '../../../src/kit/testing/fake-clock.ts';
import { startCloud, testFleet, type TestCloud } from '../../../tools/cloud/testing/start-cloud.ts';
import { startEarlyServer, type EarlyServer, type Trouble } from './cloud-troubles.ts';

export interface RegisteredDevice {
	readonly id: number;
	readonly uuid: string;
	readonly key: string;
}

/** A development cloud, and what a part of the protocol runs on: real requests, and a clock that is driven. */
export class ProtocolBench {
	readonly test: TestCloud;
	readonly http: HttpClient;
	readonly clock = createFakeClock();
	readonly stop = new AbortController();
	readonly #early: EarlyServer;
	readonly #jobs: Promise<void>[] = [];
	/** Requests without an answer so far. */
	readonly #open = new Set<Promise<HttpAnswer>>();
	#detours: string[] = [];

	private constructor(test: TestCloud, early: EarlyServer) {
		this.test = test;
		this.#early = early;
		const http = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/20.0.0'),
			dialer: createDialer({ rootCa: early.rootCa }),
			clock: systemClock,
		});
		this.http = {
			send: (request) => this.#watch(http.send(request)),
			close: () => http.close(),
		};
		setMaxListeners(0, this.stop.signal);
	}

	static async open(): Promise<ProtocolBench> {
		return new ProtocolBench(await startCloud(), await startEarlyServer());
	}

	#watch(sent: Promise<HttpAnswer>): Promise<HttpAnswer> {
		const watched = sent.finally(() => this.#open.delete(watched));
		this.#open.add(watched);
		return watched;
	}

	/** What every part is given. */
	get basics() {
		return {
			http: this.http,
			clock: this.clock,
			random: systemRandom,
			log: silentLogger,
			pollIntervalMs: () => 60_000,
			apiEndpointOverride: () => Promise.resolve(this.#detours.shift()),
			provisioned: () => Promise.resolve(),
		};
	}

	/** The next requests that match meet these, one each. */
	prepare(match: string, next: readonly Trouble[]): void {
		const places = { cloud: this.test.url, early: this.#early.url };
		for (const { fault, detour } of next) {
			if (fault !== undefined) this.test.cloud.faults.add({ match, times: 1, ...fault });
			if (detour !== undefined) this.#detours.push(detour(places));
		}
	}

	/** Whatever was not met is forgotten. */
	calm(): void {
		this.test.cloud.faults.clear();
		this.#detours = [];
	}

	run(job: { run(signal: AbortSignal): Promise<void> }): void {
		this.#jobs.push(job.run(this.stop.signal));
	}

	/** Lets time go by until it is so: all there is to wait for is answers, and then the clock. */
	async inTime(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
		for (let tries = 0; tries < 2000; tries++) {
			if (await check()) return;
			await this.clock.advance(20_000);
			while (this.#open.size > 0) await Promise.allSettled(this.#open);
		}
		throw new Error(`never: ${what}`);
	}

	/** A device that the cloud has already. */
	async register(): Promise<RegisteredDevice> {
		const uuid = systemRandom.hex32();
		const key = systemRandom.hex32();
		const answer = await this.test.send({
			method: 'POST',
			path: '/device/register',
			key: testFleet.provisioningKey,
			body: { application: 1, uuid, device_type: 'generic-amd64', api_key: key },
		});
		const { id } = (await answer.json()) as { id: number };
		return { id, uuid, key };
	}

	/** The config.json of a registered device. */
	async registeredConfig(): Promise<MemoryConfig> {
		const { id, uuid, key } = await this.register();
		return createMemoryConfig({
			apiEndpoint: this.test.url,
			...{ uuid, deviceApiKey: key, deviceId: id, registered_at: 1 },
		});
	}

	async close(): Promise<void> {
		this.stop.abort();
		await Promise.all(this.#jobs);
		this.http.close();
		this.#early.close();
		await this.test.close();
	}
}
