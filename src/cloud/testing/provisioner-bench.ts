import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/logger.ts';
import { systemRandom } from '../../kit/random.ts';
import { createProvisioner, type Provisioner } from '../provision.ts';
import { createTestHttp, type CloudUnderTest, type SeenRequest } from './cloud-under-test.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	testFacts,
	type MemoryConfig,
} from './memory-config.ts';

/** A provisioner that is running. */
export interface StartedProvisioner {
	readonly config: MemoryConfig;
	readonly job: Provisioner;
}

/** Provisioners towards a cloud, in real time. */
export interface ProvisionerBench {
	/** Of what all of them run by. */
	readonly signal: AbortSignal;
	/** What the device is configured to, by name without prefix. Default: nothing. */
	variables: Readonly<Record<string, string>>;
	/** Default: none. */
	override: string | undefined;
	/** config.json of a device that the cloud does not know yet. */
	unregistered(): Record<string, unknown>;
	start(
		content: Readonly<Record<string, unknown>>,
		settings?: ReturnType<typeof createMemorySettings>,
	): StartedProvisioner;
	/** What the cloud was asked, by a regular expression over the path. */
	requests(path: string): readonly SeenRequest[];
	end(): Promise<void>;
}

export function createProvisionerBench(
	{ url, cloud }: CloudUnderTest,
	fleet: { readonly provisioningKey: string },
): ProvisionerBench {
	const http = createTestHttp();
	const stop = new AbortController();
	const jobs: Promise<void>[] = [];
	const bench: ProvisionerBench = {
		...{ signal: stop.signal, variables: {}, override: undefined },
		unregistered: () => ({
			apiEndpoint: url,
			applicationId: 1,
			apiKey: fleet.provisioningKey,
			deviceType: 'generic-amd64',
			bootstrapRetryDelay: 10,
		}),
		start(content, settings = createMemorySettings()) {
			const config = createMemoryConfig(content);
			const job = createProvisioner({
				config,
				http,
				host: { facts: () => Promise.resolve(testFacts) },
				store: settings,
				initialVariables: () => Promise.resolve({ ...bench.variables }),
				apiEndpointOverride: () => Promise.resolve(bench.override),
				pollIntervalMs: () => 20,
				version: '20.0.0',
				clock: systemClock,
				random: systemRandom,
				log: silentLogger,
			});
			jobs.push(job.run(stop.signal));
			return { config, job };
		},
		requests: (path) => cloud.journal.list({ path }),
		async end() {
			stop.abort();
			await Promise.all(jobs);
			http.close();
		},
	};
	return bench;
}
