import { systemClock } from '../../kit/clock.ts';
import { AppUuid } from '../../model/ids.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { DeviceStatus } from '../../model/v3/device.ts';
import type { EngineLogLine } from '../../ports/container-engine.ts';
import type { ApiDeps } from '../deps.ts';
import { hostOf } from './host.ts';
import type { DryRunWorld } from '../v3/deps.ts';
import type { VitalSigns } from '../vitals.ts';

export const globalKey = 'a'.repeat(32);
export const appKey = 'b'.repeat(32);

function appOf(appId: number, serviceNames: string[]): object {
	const services = serviceNames.map((name, index) => [
		name,
		{
			id: appId * 100 + index,
			image_id: appId * 1000 + index,
			image: `registry.example/${name}@sha256:${'1'.repeat(64)}`,
			environment: {},
			labels: {},
		},
	]);
	const release = { id: appId * 10, services: Object.fromEntries(services) as object };
	return { id: appId, name: 'same-name', releases: { [`commit${appId}`]: release } };
}

const snapshot: DeviceSnapshot = {
	revision: 1,
	target: decodeTargetDevice({
		name: 'gate-12',
		config: {},
		apps: { 'uuid-1': appOf(1, ['main']), 'uuid-2': appOf(2, ['web', 'worker']) },
	}),
	observed: {
		atMs: 0,
		images: [],
		networks: [],
		volumes: [],
		containers: [
			{
				containerId: 'c1',
				name: 'main_1000_10_commit1',
				state: 'running',
				createdAtSec: 1_767_225_600,
				engineImageId: 'sha256:1',
				imageReference: 'x',
				labels: { 'io.balena.app-uuid': 'uuid-1', 'io.balena.app-id': '1' },
				networks: [],
				volumes: [],
				networkMode: 'bridge',
			},
		],
	},
	pulls: { [`registry.example/web@sha256:${'1'.repeat(64)}`]: 41 },
	volatile: {},
	apps: {},
	currentCommits: { 'uuid-1': 'commit1' },
	updateDownloaded: false,
};

const vitalSigns: VitalSigns = {
	startedAt: '2026-01-01T00:00:00.5Z',
	restarts: 2,
	memoryBytes: 8_000_000,
	cpuMs: 1_500,
	cpuPercent: 1.5,
};

const device: DeviceStatus = {
	uuid: 'd'.repeat(32),
	name: 'gate-12',
	type: 'generic-amd64',
	arch: 'amd64',
	osVersion: 'OS',
	supervisorVersion: '20.0.0',
	ipAddresses: ['10.0.0.2'],
	macAddresses: ['02:00'],
	isManaged: true,
	isLocalMode: false,
	cloud: {
		endpoint: 'https://api.example',
		state: 'connected',
		secondsSinceContact: 3,
		failures: 0,
	},
	load: { cpuPercent: 3, memoryUsedMib: 512, memoryTotalMib: 2048 },
};

const plannedWorld: DryRunWorld = {
	target: snapshot.target ?? { deviceName: '', config: {}, apps: [], rejected: [] },
	observed: snapshot.observed ?? { atMs: 0, containers: [], images: [], networks: [], volumes: [] },
	plan: {
		steps: ['uuid-1', 'uuid-2'].map((uuid) => ({
			kind: 'startContainer',
			id: `${uuid}/startContainer main`,
			...{ resource: 'main', serviceName: 'main', container: 'main', cause: 'not running' },
			...{ after: [], appUuid: AppUuid.parse(uuid) },
		})),
	},
};

async function* logLines(): AsyncGenerator<EngineLogLine> {
	await Promise.resolve();
	yield { message: 'hello', isStdErr: false, stamp: '2026-01-01T00:00:01.000000001Z' };
	yield { message: 'ouch', isStdErr: true, stamp: '2026-01-01T00:00:02.000000001Z' };
}

export interface Calls {
	log: string[];
}

/** Endpoint dependencies that note what they were asked. */
export function depsOf(calls: Calls, overrides: Partial<ApiDeps> = {}): ApiDeps {
	const note = (text: string): Promise<string> => {
		calls.log.push(text);
		return Promise.resolve('c1');
	};
	return {
		isOpen: () => false,
		host: hostOf(calls),
		isStrict: () => false,
		keys: {
			findApiKey: (key) =>
				Promise.resolve(
					key === globalKey
						? { key, appId: 0, scopes: [{ type: 'global' as const }] }
						: key === appKey
							? { key, appId: 1, serviceName: 'main', scopes: [{ type: 'app' as const, appId: 1 }] }
							: undefined,
				),
			regenerateApiKey: () =>
				Promise.resolve({ key: 'c'.repeat(32), appId: 0, scopes: [{ type: 'global' as const }] }),
		},
		control: {
			update: ({ force, cancel }) => {
				calls.log.push(`update ${force} ${cancel}`);
				return Promise.resolve(force);
			},
			goDown: async (order, { force }) => {
				await note(`${order} ${force}`);
			},
			restartApp: async (appId, { force }) => {
				await note(`restart ${appId} ${force}`);
			},
			purgeApp: async (appId, { force }) => {
				await note(`purge ${appId} ${force}`);
			},
			restartService: async (appId, selector) => {
				await note(`restartService ${appId} ${JSON.stringify(selector)}`);
			},
			stopService: (appId, selector, { force }) =>
				note(`stop ${appId} ${JSON.stringify(selector)} ${force}`),
			startService: (appId, selector) => note(`start ${appId} ${JSON.stringify(selector)}`),
		},
		engine: {
			inspectContainer: (containerId) =>
				Promise.resolve({
					containerId,
					name: 'x',
					tty: true,
					env: ['MODE=field', 'BALENA_API_KEY=secret', 'RESIN_SUPERVISOR_API_KEY=k'],
					engineImageId: 'sha256:1',
					imageReference: 'x',
					running: true,
					exitCode: 0,
					startedAt: '2026-01-01T00:00:00.5Z',
					restartCount: 2,
					labels: {},
				}),
			containerLogs: (container, { since, follow, tail }) => {
				calls.log.push(`logs ${container} ${since ?? '-'} ${follow} ${tail ?? '-'}`);
				return logLines();
			},
		},
		local: {
			isOn: false,
			state: () => Promise.resolve({ name: 'gate-12', config: {}, apps: { '1': {}, '2': {} } }),
			setTarget: async (body) => {
				await note(`local target ${JSON.stringify(body)}`);
			},
			logs: async function* () {
				await Promise.resolve();
				yield '{"message":"Streaming logs","isSystem":true}\n';
				yield '{"message":"hello","serviceName":"main"}\n';
			},
		},
		vitals: { read: () => Promise.resolve(new Map([['c1', vitalSigns]])) },
		snapshot: () => snapshot,
		deviceFacts: () =>
			Promise.resolve({
				apiPort: 48484,
				ipAddress: '10.0.0.2',
				macAddress: '02:00',
				osVersion: 'OS',
				supervisorVersion: '20.0.0',
			}),
		deviceType: () => Promise.resolve({ arch: 'amd64', deviceType: 'generic-amd64' }),
		isHealthy: () => Promise.resolve(true),
		onKeyRegenerated: () => undefined,
		version: '20.0.0',
		v3: {
			now: () => new Date('2026-01-01T01:00:00Z'),
			device: () => Promise.resolve(device),
			pageFile: () => Promise.resolve(undefined),
			imageSize: (reference) => Promise.resolve(reference.includes('known') ? 7 : undefined),
			isTargetPolled: () => true,
			appTargets: {
				read: (uuid) => Promise.resolve({ id: 1, name: 'same-name', releases: {}, uuid }),
				set: async (uuid, document, { force }) => {
					await note(`set ${uuid} ${JSON.stringify(document)} ${force}`);
				},
				remove: async (uuid, { force }) => {
					await note(`remove ${uuid} ${force}`);
				},
			},
			bundles: {
				importBundle: async (source, { appUuid = '', force }) => {
					const sizes: number[] = [];
					for await (const chunk of source) sizes.push(chunk.length);
					const bytes = sizes.reduce((sum, size) => sum + size, 0);
					await note(`import ${bytes} bytes ${appUuid} ${force}`);
					return { uuid: appUuid, name: 'a', commit: 'c' };
				},
				importFile: async (path, { appUuid = '', force }) => {
					await note(`import ${path} ${appUuid} ${force}`);
				},
			},
			dryRun: async ({ document, keepOthers, force }) => {
				await note(`plan ${JSON.stringify(document)} ${keepOthers} ${force}`);
				return plannedWorld;
			},
		},
		watch: {
			clock: systemClock,
			history: { readHistory: () => Promise.resolve([]) },
			metrics: () => [],
			events: {
				subscribe: () => () => undefined,
				after: () => ({ events: [] }),
				followLogs: () => () => undefined,
				lastId: 0,
			},
		},
		...overrides,
	};
}
