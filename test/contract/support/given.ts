import { createControl } from '../../../src/control/create-control.ts';
import type { ApiDeps } from '../../../src/api/deps.ts';
import { depsOf } from '../../../src/api/testing/fixture.ts';
import { SupervisorError, UpdatesLockedError } from '../../../src/kit/errors.ts';
import { silentLogger } from '../../../src/kit/logger.ts';
import type { DeviceSnapshot } from '../../../src/model/snapshot.ts';
import { decodeTargetDevice } from '../../../src/model/target-document.ts';
import type { ObservedContainer } from '../../../src/model/observed.ts';
import type { Names } from './match.ts';

export const keys = { global: 'a'.repeat(32), app: 'b'.repeat(32) };

const appUuid = 'b07a6c2d4f5e4c0f9d1a2b3c4d5e6f70';
const commit = '0d9e8c7b6a5f4e3d2c1b0a9f8e7d6c5b';
const app = 4711;

export const names: Names = {
	...{ app, appText: String(app), appName: 'hello', appUuid, commit },
	...{ release: 88_001, webImage: 65_021, workerImage: 65_022, deviceName: 'gate-12' },
	...{ otherApp: 4712, webId: 'e1'.repeat(32), workerId: 'e2'.repeat(32), version: '20.0.0' },
};

const services: Readonly<Record<string, number>> = { web: 65_021, worker: 65_022, main: 65_023 };

function imageOf(serviceName: string): string {
	return `registry2.example.com/v2/${serviceName}@sha256:${'7'.repeat(64)}`;
}

function appOf(id: number, name: string, serviceNames: readonly string[]): object {
	const entries = serviceNames.map((serviceName) => [
		serviceName,
		{
			id: 31_000,
			image_id: services[serviceName],
			image: imageOf(serviceName),
			environment: {},
			labels: {},
		},
	]);
	const release = { id: 88_001, services: Object.fromEntries(entries) as object };
	return { id, name, class: 'fleet', releases: { [commit]: release } };
}

function containerOf(serviceName: string, containerId: string): ObservedContainer {
	return {
		containerId,
		name: `${serviceName}_${services[serviceName] ?? 0}_88001_${commit}`,
		state: 'running',
		createdAtSec: 1_770_091_446,
		engineImageId: `sha256:${'4'.repeat(64)}`,
		imageReference: imageOf(serviceName),
		labels: {
			'io.balena.app-uuid': appUuid,
			'io.balena.app-id': String(app),
			'io.balena.service-id': '31000',
			'io.balena.service-name': serviceName,
		},
		networks: [],
		volumes: [],
		networkMode: 'bridge',
	};
}

const both = [containerOf('web', 'e1'.repeat(32)), containerOf('worker', 'e2'.repeat(32))];

function snapshotOf(apps: object, containers: readonly ObservedContainer[]): DeviceSnapshot {
	const images = [...new Set(containers.map(({ imageReference }) => imageReference))].map(
		(reference) => ({
			engineImageId: `sha256:${'4'.repeat(64)}`,
			references: [reference],
			sizeBytes: 1,
			labels: {},
		}),
	);
	return {
		revision: 1,
		target: decodeTargetDevice({ name: 'gate-12', config: {}, apps }),
		observed: { atMs: 0, images, networks: [], volumes: [], containers },
		pulls: {},
		volatile: {},
		apps: { [appUuid]: { phase: 'settled', reason: '', since: 0, failures: 0 } },
		currentCommits: { [appUuid]: commit },
		updateDownloaded: false,
	};
}

const settled = snapshotOf({ [appUuid]: appOf(app, 'hello', ['web', 'worker']) }, both);
const applying = { phase: 'applying', reason: '', since: 0, failures: 0 } as const;

interface World {
	readonly snapshot?: DeviceSnapshot;
	/** What stands against every action on an app, and on the device. */
	readonly obstacle?: Error;
	readonly isInstant?: boolean;
	readonly overrides?: Partial<ApiDeps>;
}

const noCloud = new SupervisorError('config.json names no cloud', { code: 'CONFIG_INVALID' });
const noBus = new SupervisorError('There is no bus', { code: 'HOST_FAILED' });
const engineAway = new SupervisorError('The container engine does not answer', {
	code: 'ENGINE_UNAVAILABLE',
});
const noDatabase = new SupervisorError('setSetting failed: the disk is full', {
	code: 'STORE_FAILED',
});
const notLocal = new SupervisorError('Target state can only set when device is in local mode', {
	code: 'BAD_REQUEST',
});
const base = depsOf({ log: [] });

/** The states of a device that cases are recorded in. */
const worlds: Readonly<Record<string, World>> = {
	/** One app with the services `web` and `worker`, both running; the app's key is that of `web`. */
	settled: {},
	'an app of one service': {
		snapshot: snapshotOf({ [appUuid]: appOf(app, 'hello', ['main']) }, [
			containerOf('main', 'e1'.repeat(32)),
		]),
	},
	'an app that was not installed yet': {
		snapshot: snapshotOf({ [appUuid]: appOf(app, 'hello', ['main']) }, []),
	},
	'a service that the target lacks': {
		snapshot: snapshotOf({ [appUuid]: appOf(app, 'hello', ['web']) }, [
			containerOf('main', 'e1'.repeat(32)),
		]),
	},
	'two apps of one name': {
		snapshot: snapshotOf(
			{
				[appUuid]: appOf(app, 'hello', ['web', 'worker']),
				c07a6c2d4f5e4c0f9d1a2b3c4d5e6f71: appOf(4712, 'hello', ['main']),
			},
			both,
		),
	},
	'an update that is downloaded': {
		snapshot: { ...settled, pulls: { [imageOf('web')]: 41 }, apps: { [appUuid]: applying } },
	},
	'no app at all': { snapshot: { ...snapshotOf({}, []), apps: {} } },
	'instant updates switched off': { isInstant: false },
	'a lock that a user holds': {
		obstacle: new UpdatesLockedError(`Lockfile exists for { appId: ${app}, service: web }`),
	},
	'a lock that a user holds, in an app of one service': {
		snapshot: snapshotOf({ [appUuid]: appOf(app, 'hello', ['main']) }, [
			containerOf('main', 'e1'.repeat(32)),
		]),
		obstacle: new UpdatesLockedError(`Lockfile exists for { appId: ${app}, service: main }`),
	},
	'another operation on the app': {
		obstacle: new UpdatesLockedError(
			`Locks for app ${app} are being held by another supervisor operation`,
		),
	},
	'an update of the operating system': {
		obstacle: new UpdatesLockedError('Waiting for Host OS update to finish'),
	},
	'another action that takes its place': {
		obstacle: new SupervisorError('Another action took its place', { code: 'SUPERSEDED' }),
	},
	'a failure without words': { obstacle: new Error('') },
	'no key needed': { overrides: { isOpen: () => true } },
	'strict scopes': { overrides: { isStrict: () => true } },
	'an unhealthy supervisor': { overrides: { isHealthy: () => Promise.resolve(false) } },
	'keys that cannot be read': {
		overrides: { keys: { ...base.keys, findApiKey: () => Promise.reject(new Error('disk full')) } },
	},
	'a key that is gone meanwhile': {
		overrides: { keys: { ...base.keys, regenerateApiKey: () => Promise.resolve(undefined) } },
	},
	'no proxy': {
		overrides: {
			host: { ...base.host, network: { read: () => Promise.resolve({ hostname: 'gate-12' }) } },
		},
	},
	'no cloud': {
		overrides: {
			host: { ...base.host, tags: { ...base.host.tags, read: () => Promise.reject(noCloud) } },
		},
	},
	'an engine that is away': {
		snapshot: snapshotOf({ [appUuid]: appOf(app, 'hello', ['main']) }, [
			containerOf('main', 'e1'.repeat(32)),
		]),
		obstacle: engineAway,
		overrides: {
			engine: { ...base.engine, inspectContainer: () => Promise.reject(engineAway) },
			host: { ...base.host, cleanUpVolumes: () => Promise.reject(engineAway) },
		},
	},
	'a database that cannot be written': {
		overrides: {
			keys: { ...keysOfApp(), regenerateApiKey: () => Promise.reject(noDatabase) },
			host: {
				...base.host,
				setConnectivityCheck: () => Promise.reject(noDatabase),
				tags: { ...base.host.tags, set: () => Promise.reject(noDatabase) },
			},
		},
	},
	'a host that does not answer': {
		obstacle: noBus,
		overrides: {
			host: {
				...base.host,
				changeNetwork: () => Promise.reject(noBus),
				network: { read: () => Promise.reject(noBus) },
				vpn: { status: () => Promise.reject(noBus) },
				journal: { read: () => Promise.reject(noBus) },
				cleanUpVolumes: () => Promise.reject(noBus),
			},
		},
	},
};

/** What the endpoints of a device in this state are given. @throws for a state that is not told here */
export function depsGiven(given: string): ApiDeps {
	const world = worlds[given];
	if (world === undefined) throw new Error(`no such state of a device: ${given}`);
	const { snapshot = settled, obstacle, isInstant = true, overrides } = world;
	const meet = (): Promise<void> =>
		obstacle === undefined ? Promise.resolve() : Promise.reject(obstacle);
	const control = createControl({
		reconciler: { request: meet, goDown: meet, retryNow: () => undefined },
		board: { snapshot: () => snapshot },
		triggerPoll: () => undefined,
		instantUpdates: () => isInstant,
		announce: () => undefined,
		log: silentLogger,
	});
	const host = obstacle === undefined ? base.host : { ...base.host, changeNetwork: () => meet() };
	const local = {
		...base.local,
		state: () => Promise.resolve({ name: 'gate-12', config: {}, apps: { [app]: {} } }),
		setTarget: () => Promise.reject(notLocal),
	};
	const deps = { keys: keysOfApp(), control, host, local, snapshot: () => snapshot };
	return depsOf({ log: [] }, { ...deps, ...overrides });
}

function keysOfApp(): ApiDeps['keys'] {
	return {
		...base.keys,
		findApiKey: (key) => {
			if (key === keys.global) {
				return Promise.resolve({ key, appId: 0, scopes: [{ type: 'global' }] });
			}
			const own = {
				key,
				appId: app,
				serviceName: 'web',
				scopes: [{ type: 'app' as const, appId: app }],
			};
			return Promise.resolve(key === keys.app ? own : undefined);
		},
	};
}
