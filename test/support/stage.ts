import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type CloudClient } from '../../tools/cloud/client.ts';
import { createCloud, type Cloud } from '../../tools/cloud/create-cloud.ts';
import type { FleetView, ReleaseView } from '../../tools/cloud/dev/views.ts';
import type { TestDevice } from '../integration/support/device.ts';
import type { CloudRegistry } from './cloud-registry.ts';
import { startEngineProxy, type EngineProxy } from './engine-proxy.ts';
import { createEngineView, type EngineView } from './engine-view.ts';
import { createLocalApi, type LocalApi } from './local-api.ts';
import {
	makeDeviceFolder,
	readApiKey,
	startSupervisor,
	type DeviceFolder,
	type SupervisorProcess,
} from './supervisor-process.ts';

export type Composition = Parameters<CloudClient['createRelease']>[0]['composition'];

/** A device with its cloud, ready for a supervisor to be started. */
export interface Stage {
	readonly folder: DeviceFolder;
	/** The device's engine, past the supervisor. */
	readonly engine: EngineView;
	/** The way of the supervisor to the engine. */
	readonly proxy: EngineProxy;
	readonly device: TestDevice;
	readonly registry: CloudRegistry;
	/** Of the cloud, under the address in config.json. */
	readonly client: CloudClient;
	readonly fleet: FleetView;
	/** config.json as it is before the first start. */
	readonly config: Readonly<Record<string, unknown>>;
	/** The cloud that answers at the moment. @throws while there is none */
	cloud(): Cloud;
	/** The cloud's port refuses connections; what the cloud knows stays. */
	closeCloud(): Promise<void>;
	openCloud(): Promise<void>;
	/** Makes a release and the target of it. @param images - by service name */
	release(composition: Composition, images: Record<string, string>): Promise<ReleaseView>;
	/** Starts the supervisor; one at a time. */
	start(): Promise<SupervisorProcess>;
	/** The supervisor that was started last. */
	supervisor(): SupervisorProcess;
	/** The local API, called with its global key. */
	readonly api: LocalApi;
	/** Writes config.json. @param config - a text is written as it is */
	configure(config: Readonly<Record<string, unknown>> | string): Promise<void>;
	/** What all supervisors of this stage have logged. */
	log(): string;
	/** Ends and removes everything, whatever state it is in. */
	close(): Promise<void>;
}

export const fleetName = 'stage';
const provisioningKey = 'provision-stage';
const userKey = 'stage-user-key';
/** As short as the settings allow. */
const pollIntervalMs = 1000;

export async function makeStage(device: TestDevice, registry: CloudRegistry): Promise<Stage> {
	const engine = createEngineView(device.address);
	await engine.clear(registry.host);
	const folder = await makeDeviceFolder(undefined);
	const proxy = await startEngineProxy(device.address);
	const clouds = createCloudSwitch(folder, registry);
	const url = await clouds.open();
	const client = createClient({ url, userKey });
	const fleet = await client.getFleet(fleetName);
	const processes = createProcesses(folder, proxy.url);
	return {
		...{ folder, engine, proxy, device, registry, client, fleet },
		...{ cloud: () => clouds.current(), closeCloud: () => clouds.close() },
		config: {
			apiEndpoint: url,
			applicationId: fleet.id,
			apiKey: provisioningKey,
			deviceType: 'generic-amd64',
			listenPort: folder.apiPort,
			appUpdatePollInterval: pollIntervalMs,
			bootstrapRetryDelay: 500,
		},
		...processes,
		openCloud: async () => {
			await clouds.open();
		},
		release: (composition, images) =>
			client.createRelease({ fleet: fleetName, composition, images }),
		api: createLocalApi(folder.apiPort, () => readApiKey(folder)),
		configure: (config) =>
			writeFile(folder.configPath, typeof config === 'string' ? config : JSON.stringify(config)),
		async close() {
			await processes.end();
			await clouds.close();
			await proxy.close();
			await engine.clear(registry.host);
			await folder.remove();
		},
	};
}

interface CloudSwitch {
	current(): Cloud;
	/** @returns the address, which stays the same */
	open(): Promise<string>;
	close(): Promise<void>;
}

function createCloudSwitch(folder: DeviceFolder, registry: CloudRegistry): CloudSwitch {
	let cloud: Cloud | undefined;
	let port = 0;
	return {
		current() {
			if (cloud === undefined) throw new Error('the cloud is closed');
			return cloud;
		},
		async open() {
			cloud = await createCloud({
				...{ userKey, pollFloorMs: pollIntervalMs, registryHost: registry.host },
				databasePath: join(folder.root, 'cloud.sqlite'),
				fleets: [{ name: fleetName, provisioningKey }],
				signingKeys: registry.signingKeys,
			});
			const url = await cloud.listen(port);
			port = Number(new URL(url).port);
			await registry.serveFrom(cloud);
			return url;
		},
		async close() {
			await cloud?.close();
			cloud = undefined;
		},
	};
}

function createProcesses(folder: DeviceFolder, engineUrl: string) {
	const started: SupervisorProcess[] = [];
	const current = (): SupervisorProcess => {
		const last = started.at(-1);
		if (last === undefined) throw new Error('no supervisor was started');
		return last;
	};
	return {
		supervisor: current,
		async start() {
			const supervisor = await startSupervisor(folder, engineUrl);
			started.push(supervisor);
			return supervisor;
		},
		log: () => started.map((one, index) => `--- start ${index + 1}\n${one.log()}`).join('\n'),
		end: async () => {
			await started.at(-1)?.kill();
		},
	};
}
