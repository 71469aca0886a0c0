import { createPoller, type Poller } from '../../../src/cloud/poll.ts';
import { createProvisioner } from '../../../src/cloud/provision.ts';
import { createReporter, type Reporter } from '../../../src/cloud/report.ts';
import { createTags } from '../../../src/cloud/tags.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../src/cloud/http.ts';
import { createMemorySettings, testFacts } from '../../../src/cloud/testing/memory-config.ts';
import { ConfigJson } from '../../../src/config/config-json.ts';
import type { Job } from '../../../src/kit/job.ts';
import { silentLogger } from '../../../src/kit/logger.ts';
import { createFakeClock } from '../../../src/kit/testing/fake-clock.ts';
import type { DeviceTags } from '../../../src/ports/cloud.ts';

export const uuid = 'd'.repeat(32);
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export type RequestName = 'poll' | 'report' | 'tags' | 'configuration';

/** The cloud's part of a long life: answers, or throws. */
export type Answerer = (name: RequestName, request: HttpRequest) => HttpAnswer;

/** Everything that speaks to a cloud but the log stream, on a clock that is driven, with requests that take no time. */
export interface LongLife {
	readonly clock: ReturnType<typeof createFakeClock>;
	readonly poller: Poller;
	readonly tags: DeviceTags;
	readonly counts: Readonly<Record<RequestName, number>>;
	/** What the sensors show from now on. */
	readings: { cpuUsage: number; cpuTemp: number };
	end(): Promise<void>;
}

function nameOf({ method, url }: HttpRequest): RequestName {
	if (url.endsWith('/tags')) return 'tags';
	if (!url.endsWith('/state')) return 'configuration';
	return method === 'GET' ? 'poll' : 'report';
}

/** @param random - between 0 and 1, in an endless sequence */
export function startLongLife(answer: Answerer, random: () => number): LongLife {
	const clock = createFakeClock();
	const stop = new AbortController();
	const counts = { poll: 0, report: 0, tags: 0, configuration: 0 };
	const life = { readings: { cpuUsage: 10, cpuTemp: 40 } };
	let etag: string | undefined;
	const http: HttpClient = {
		async send(request) {
			const name = nameOf(request);
			counts[name] += 1;
			await Promise.resolve();
			return answer(name, request);
		},
		close: () => undefined,
	};
	const store = { ...createMemorySettings(), listImages: () => Promise.resolve([]) };
	const configJson = ConfigJson.parse({
		apiEndpoint: 'https://api.example.com',
		...{ uuid, deviceApiKey: 'k', deviceId: 1, registered_at: 1 },
	});
	const read = (): Promise<ConfigJson> => Promise.resolve(configJson);
	const basics = {
		config: { read, update: read },
		...{ http, store, clock, log: silentLogger },
		random: { fraction: random, hex32: () => uuid },
		pollIntervalMs: () => 900_000,
		provisioned: () => Promise.resolve(),
	};
	const host = {
		facts: () => Promise.resolve(testFacts),
		metrics: () => Promise.resolve({ ...life.readings, memoryUsage: 100, memoryTotal: 1000 }),
	};
	const provisioner = createProvisioner({
		...{ ...basics, host, version: '20.0.0' },
		initialVariables: () => Promise.resolve({ SUPERVISOR_DELTA: 'true' }),
	});
	const poller = createPoller({
		...basics,
		storedEtag: () => Promise.resolve(etag),
		onTarget: (received) => Promise.resolve(void ({ etag } = received)),
		onUnchanged: () => undefined,
		announce: () => undefined,
		recheckKey: () => Promise.resolve(false),
		instantUpdates: () => true,
	});
	const reporter: Reporter = createReporter({
		...{ ...basics, host, version: '20.0.0', apiPort: 48484 },
		snapshot: () => ({
			...{ revision: 0, pulls: {}, volatile: {}, apps: {}, currentCommits: {} },
			updateDownloaded: false,
		}),
		onChange: () => () => undefined,
		apiSecret: () => Promise.resolve('s'.repeat(32)),
		reportsApps: () => true,
		hardwareMetrics: () => true,
	});
	const tags = createTags(basics);
	const jobs: readonly Job[] = [provisioner, poller, reporter, tags];
	const running = jobs.map((job) => job.run(stop.signal));
	return Object.assign(life, {
		...{ clock, poller, tags, counts },
		async end() {
			stop.abort();
			await Promise.all(running);
		},
	});
}
