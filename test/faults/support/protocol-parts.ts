import { createPoller } from '../../../src/cloud/poll.ts';
import { createProvisioner } from '../../../src/cloud/provision.ts';
import { createReporter } from '../../../src/cloud/report.ts';
import { createTags } from '../../../src/cloud/tags.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	testFacts,
} from '../../../src/cloud/testing/memory-config.ts';
import type { ConfigFile } from '../../../src/ports/host.ts';
import { testFleet } from '../../../tools/cloud/testing/start-cloud.ts';
import type { ProtocolBench } from './protocol-bench.ts';

export interface ProtocolPart {
	readonly name: string;
	/** Its requests. */
	readonly match: string;
	/** Whether there is more to an answer than its status. */
	readonly readsAnswers: boolean;
	/** Makes it ready. @returns what brings it to its next request, and waits until the purpose of that is met */
	readonly start: (bench: ProtocolBench) => Promise<() => Promise<unknown>>;
}

const provisioningKeys = {
	applicationId: 1,
	apiKey: testFleet.provisioningKey,
	deviceType: 'generic-amd64',
	bootstrapRetryDelay: 1000,
};

interface ProvisionOptions {
	readonly config: ConfigFile;
	readonly store?: ReturnType<typeof createMemorySettings>;
	readonly variables?: Readonly<Record<string, string>>;
}

function provision(
	bench: ProtocolBench,
	{ config, store = createMemorySettings(), variables = {} }: ProvisionOptions,
): void {
	bench.run(
		createProvisioner({
			...bench.basics,
			...{ config, store, initialVariables: () => Promise.resolve(variables), version: '20.0.0' },
			host: { facts: () => Promise.resolve(testFacts) },
		}),
	);
}

const registration: ProtocolPart = {
	name: 'the registration',
	match: 'POST ^/device/register',
	readsAnswers: true,
	start: (bench) =>
		Promise.resolve(async () => {
			const config = createMemoryConfig({ apiEndpoint: bench.test.url, ...provisioningKeys });
			provision(bench, { config });
			await bench.inTime('a registered device', () => !('apiKey' in config.content()));
		}),
};

const keyExchange: ProtocolPart = {
	name: 'the key exchange',
	match: '* ^/v7/device$|^/api-key',
	readsAnswers: true,
	start: (bench) =>
		Promise.resolve(async () => {
			const { uuid, key } = await bench.register();
			const config = createMemoryConfig({
				apiEndpoint: bench.test.url,
				...{ ...provisioningKeys, uuid, deviceApiKey: key, registered_at: 1 },
			});
			provision(bench, { config });
			await bench.inTime(
				'a device with a number',
				() => 'deviceId' in config.content() && !('apiKey' in config.content()),
			);
		}),
};

const initialConfiguration: ProtocolPart = {
	name: 'the initial configuration',
	match: '* ^/v7/|^/device/v3/.*/state$',
	readsAnswers: true,
	start: (bench) =>
		Promise.resolve(async () => {
			const config = await bench.registeredConfig();
			const store = createMemorySettings();
			provision(bench, { config, store, variables: { SUPERVISOR_DELTA: 'true' } });
			await bench.inTime('a cloud that was told', () => store.has('initialConfigReported'));
		}),
};

const poll: ProtocolPart = {
	name: 'the poll',
	match: 'GET ^/device/v3/.*/state$',
	readsAnswers: true,
	async start(bench) {
		let count = 0;
		const poller = createPoller({
			...bench.basics,
			config: await bench.registeredConfig(),
			storedEtag: () => Promise.resolve(undefined),
			onTarget: () => Promise.resolve(void (count += 1)),
			onUnchanged: () => undefined,
			announce: () => undefined,
			recheckKey: () => Promise.resolve(false),
			instantUpdates: () => true,
		});
		bench.run(poller);
		return async () => {
			const before = count;
			poller.trigger({ force: false, cancel: false });
			await bench.inTime('a target', () => count > before && poller.status().failures === 0);
		};
	},
};

const report: ProtocolPart = {
	name: 'the report',
	match: 'PATCH ^/device/v3/state$',
	readsAnswers: false,
	async start(bench) {
		let count = 0;
		const config = await bench.registeredConfig();
		const reporter = createReporter({
			...bench.basics,
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
			...{ version: '20.0.0', apiPort: 48484 },
			apiSecret: () => Promise.resolve('s'.repeat(32)),
			reportsApps: () => true,
			hardwareMetrics: () => true,
		});
		bench.run(reporter);
		const { uuid = '' } = await config.read();
		return async () => {
			count += 1;
			const told = async (): Promise<boolean> =>
				(await bench.test.client.getDevice(uuid)).report.ip_address === `10.0.0.${count}`;
			await bench.inTime('a report', told);
		};
	},
};

const tags: ProtocolPart = {
	name: 'the tags',
	match: 'PATCH ^/device/v3/tags$',
	readsAnswers: false,
	async start(bench) {
		let count = 0;
		const config = await bench.registeredConfig();
		const job = createTags({ ...bench.basics, config, store: createMemorySettings() });
		bench.run(job);
		return async () => {
			count += 1;
			await job.set({ count: String(count) });
			await bench.inTime('the tag', async () => {
				const read = await job.read(bench.stop.signal).catch(() => []);
				return read.some(({ value }) => value === String(count));
			});
		};
	},
};

export const parts: readonly ProtocolPart[] = [
	registration,
	keyExchange,
	initialConfiguration,
	poll,
	report,
	tags,
];
