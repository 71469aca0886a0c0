import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttpClient, type HttpClient } from '../../src/cloud/http.ts';
import { createPoller } from '../../src/cloud/poll.ts';
import { createProvisioner } from '../../src/cloud/provision.ts';
import { createReporter } from '../../src/cloud/report.ts';
import { createTags } from '../../src/cloud/tags.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	testFacts,
} from '../../src/cloud/testing/memory-config.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { createFakeClock, type FakeClock } from '../../src/kit/testing/fake-clock.ts';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import { startCloud, testFleet, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';

interface Trouble {
	readonly name: string;
	/** Played to one request. */
	readonly fault?: Omit<FaultInput, 'match'>;
	/** Where one request goes instead of the cloud. */
	readonly detour?: (cloud: string) => string;
}

const troubles: readonly Trouble[] = [
	{ name: 'a closed connection', fault: { drop: true } },
	{ name: 'half an answer', fault: { truncate: true } },
	{ name: 'latency', fault: { delayMs: 30 } },
	{ name: 'a 401', fault: { status: 401 } },
	{ name: 'a 429', fault: { status: 429, headers: { 'Retry-After': '1' } } },
	{ name: 'a 500', fault: { status: 500, body: 'oops' } },
	{ name: 'a 503 in HTML', fault: { status: 503, body: '<html>', contentType: 'html' } },
	{
		name: 'a captive portal',
		fault: { status: 302, headers: { Location: 'http://portal.example/' } },
	},
	{ name: 'a name that nobody knows', detour: () => 'http://nobody.invalid' },
	{ name: 'TLS with somebody who has none', detour: (url) => url.replace('http:', 'https:') },
];

describe('each part of the protocol', () => {
	let test: TestCloud;
	let http: HttpClient;
	let clock: FakeClock;
	let stop: AbortController;
	let jobs: Promise<void>[];
	let detours: string[];
	beforeEach(async () => {
		test = await startCloud();
		http = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/20.0.0'),
			clock: systemClock,
		});
		clock = createFakeClock();
		stop = new AbortController();
		setMaxListeners(0, stop.signal);
		[jobs, detours] = [[], []];
	});
	afterEach(async () => {
		stop.abort();
		await Promise.all(jobs);
		http.close();
		await test.close();
	});

	const basics = () => ({
		http,
		clock,
		random: systemRandom,
		log: silentLogger,
		pollIntervalMs: () => 60_000,
		apiEndpointOverride: () => Promise.resolve(detours.shift()),
		provisioned: () => Promise.resolve(),
	});
	const registered = async () => {
		const { uuid, key, id } = await test.register();
		return createMemoryConfig({
			apiEndpoint: test.url,
			uuid,
			deviceApiKey: key,
			deviceId: id,
			registered_at: 1,
		});
	};
	const run = (job: { run(signal: AbortSignal): Promise<void> }): void =>
		void jobs.push(job.run(stop.signal));
	/** As time goes by. */
	const inTime = async (what: string, check: () => boolean | Promise<boolean>): Promise<void> => {
		for (let tries = 0; tries < 4000; tries++) {
			if (await check()) return;
			await clock.advance(20_000);
			await pause(5);
		}
		throw new Error(`never: ${what}`);
	};

	/** Each makes the part ready, and gives what brings it to its next request and waits until that has succeeded. */
	const parts: readonly {
		readonly name: string;
		readonly match: string;
		readonly start: () => Promise<() => Promise<unknown>>;
	}[] = [
		{
			name: 'the registration',
			match: '* ^/device/register|^/v7/|^/api-key',
			start: () =>
				Promise.resolve(async () => {
					const config = createMemoryConfig({
						apiEndpoint: test.url,
						applicationId: 1,
						apiKey: testFleet.provisioningKey,
						deviceType: 'generic-amd64',
						initialDeviceName: 'gate-12',
						bootstrapRetryDelay: 1000,
					});
					const job = createProvisioner({
						...basics(),
						config,
						host: { facts: () => Promise.resolve(testFacts) },
						store: createMemorySettings(),
						initialVariables: () => ({ SUPERVISOR_DELTA: 'true' }),
						version: '20.0.0',
					});
					run(job);
					await inTime('a registered device', () =>
						Promise.resolve(!('apiKey' in config.content())),
					);
				}),
		},
		{
			name: 'the poll',
			match: 'GET ^/device/v3/.*/state$',
			async start() {
				let count = 0;
				const poller = createPoller({
					...basics(),
					config: await registered(),
					storedEtag: () => Promise.resolve(undefined),
					onTarget: () => Promise.resolve(void (count += 1)),
					onUnchanged: () => undefined,
					announce: () => undefined,
					recheckKey: () => Promise.resolve(false),
					instantUpdates: () => true,
				});
				run(poller);
				return async () => {
					const before = count;
					poller.trigger({ force: false, cancel: false });
					await inTime('a target', () => count > before && poller.status().failures === 0);
				};
			},
		},
		{
			name: 'the report',
			match: 'PATCH ^/device/v3/state$',
			async start() {
				let count = 0;
				const config = await registered();
				const reporter = createReporter({
					...basics(),
					config,
					snapshot: () => ({
						...{ revision: 0, pulls: {}, volatile: {}, apps: {}, currentCommits: {} },
						updateDownloaded: false,
					}),
					onChange: () => () => undefined,
					host: {
						facts: () => Promise.resolve({ ...testFacts, ipAddress: `10.0.0.${count}` }),
						metrics: () => Promise.resolve({}),
					},
					store: { ...createMemorySettings(), listImages: () => Promise.resolve([]) },
					version: '20.0.0',
					apiPort: 48484,
					apiSecret: () => Promise.resolve('s'.repeat(32)),
					reportsApps: () => true,
					hardwareMetrics: () => true,
				});
				run(reporter);
				const { uuid = '' } = await config.read();
				return async () => {
					count += 1;
					const told = async (): Promise<boolean> =>
						(await test.client.getDevice(uuid)).report.ip_address === `10.0.0.${count}`;
					await inTime('a report', told);
				};
			},
		},
		{
			name: 'the tags',
			match: 'PATCH ^/device/v3/tags$',
			async start() {
				let count = 0;
				const tags = createTags({
					...basics(),
					config: await registered(),
					store: createMemorySettings(),
				});
				run(tags);
				return async () => {
					count += 1;
					await tags.set({ count: String(count) });
					await inTime('the tag', async () => {
						const read = await tags.read(stop.signal).catch(() => []);
						return read.some(({ value }) => value === String(count));
					});
				};
			},
		},
	];

	for (const { name: part, match, start } of parts) {
		for (const trouble of troubles) {
			it(`must outlive ${trouble.name} during ${part}, alone and before any other trouble`, async () => {
				const succeed = await start();
				for (const second of [undefined, ...troubles]) {
					for (const { fault, detour } of [trouble, ...(second === undefined ? [] : [second])]) {
						if (fault !== undefined) test.cloud.faults.add({ match, times: 1, ...fault });
						if (detour !== undefined) detours.push(detour(test.url));
					}
					await succeed();
					test.cloud.faults.clear();
					detours = [];
				}
			});
		}
	}
});
