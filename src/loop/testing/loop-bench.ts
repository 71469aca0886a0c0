import {
	createFakeHandovers,
	createFakeLocks,
	settle,
	type FakeHandovers,
	type FakeLocks,
} from '../../execute/testing/executor-bench.ts';
import { createExecutor } from '../../execute/executor.ts';
import { createLockHolders } from '../../execute/lock-holders.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { createTopic } from '../../kit/emitter.ts';
import { silentLogger, type Logger } from '../../kit/logger.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import type { AppCondition } from '../../model/snapshot.ts';
import { createObserver } from '../../observe/observer.ts';
import type { DeviceContext } from '../../plan/context.ts';
import type { DeltaServer } from '../../ports/cloud.ts';
import type { StateStore, StoredImage } from '../../ports/state-store.ts';
import { createFakeEngine, type FakeEngine } from '../../ports/testing/fake-engine.ts';
import { createFakeBootConfig, type FakeBootConfig } from '../../ports/testing/fake-boot-config.ts';
import { createFakePower, type FakePower } from '../../ports/testing/fake-power.ts';
import { createFakeRebootMark, type FakeRebootMark } from '../../ports/testing/fake-reboot-mark.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { createReconciler, type Reconciler } from '../reconciler.ts';
import { appUuidOf } from './target-documents.ts';

type LoopStore = Pick<
	StateStore,
	| 'listImages'
	| 'recordImages'
	| 'forgetImages'
	| 'currentCommits'
	| 'recordCommit'
	| 'forgetCommit'
	| 'getSetting'
	| 'setSetting'
>;

/** What outlives a supervisor: the engine's world, the disk and the users' locks. */
export interface LoopWorld {
	readonly engine: FakeEngine;
	readonly clock: FakeClock;
	readonly locks: FakeLocks;
	readonly handovers: FakeHandovers;
	readonly store: LoopStore;
	readonly rebootMark: FakeRebootMark;
	readonly power: FakePower;
	readonly bootConfig: FakeBootConfig;
}

export function createLoopWorld(): LoopWorld {
	return {
		engine: createFakeEngine(),
		clock: createFakeClock(),
		locks: createFakeLocks(),
		handovers: createFakeHandovers(),
		store: createMemoryStore(),
		rebootMark: createFakeRebootMark(),
		power: createFakePower(),
		bootConfig: createFakeBootConfig(),
	};
}

function createMemoryStore(): LoopStore {
	const images = new Map<string, StoredImage>();
	const commits: Record<string, string> = {};
	const settings = new Map<string, unknown>();
	return {
		getSetting: (name) => Promise.resolve(settings.get(name)),
		setSetting: (name, value) => Promise.resolve(void settings.set(name, value)),
		listImages: () => Promise.resolve([...images.values()]),
		recordImages(recorded) {
			for (const image of recorded) {
				images.set(`${image.reference} ${image.appUuid} ${image.serviceName}`, image);
			}
			return Promise.resolve();
		},
		forgetImages(references) {
			for (const [key, { reference }] of images) {
				if (references.includes(reference)) images.delete(key);
			}
			return Promise.resolve();
		},
		currentCommits: () => Promise.resolve({ ...commits }),
		recordCommit(appUuid, commit) {
			commits[appUuid] = commit;
			return Promise.resolve();
		},
		forgetCommit(appUuid) {
			Reflect.deleteProperty(commits, appUuid);
			return Promise.resolve();
		},
	};
}

const context: DeviceContext = {
	uuid: 'd'.repeat(32),
	deviceName: 'test-device',
	deviceType: 'generic-amd64',
	deviceArch: 'amd64',
	osVersion: 'Test OS 1',
	apiPort: 48484,
	serviceApiKeys: {},
	engineSocketPath: '/var/run/docker.sock',
	hostPaths: [],
	overrideLocks: false,
};

const deltaPatience = { retryCount: 3, retryIntervalMs: 10_000, applyTimeoutMs: 0 };

/** One life of the loop over a world. */
export interface LoopBench extends LoopWorld {
	readonly board: StateBoard;
	readonly reconciler: Reconciler;
	/** Facts of the device as they are now. */
	readonly device: { overrideLocks: boolean };
	readonly announced: string[];
	readonly events: ProgressEvent[];
	/** Messages of the log at warn and info, in order. */
	readonly logged: string[];
	/** The condition of the app with this letter (default `a`). */
	readonly condition: (letter?: string) => AppCondition | undefined;
	/** `name state` of every container, by name. */
	readonly containers: () => string[];
	/** Lets time pass; half a second when not said, which is less than any pause and more than any gathering of events. */
	readonly pass: (ms?: number) => Promise<void>;
	/** Ends the loop, as SIGTERM does. */
	readonly stop: () => Promise<void>;
}

/**
 * Starts a loop.
 * @param world - one that another life left behind, else a new one
 * @param deltaServer - who is asked for deltas; absent: nobody
 */
export function startLoop(
	world: LoopWorld = createLoopWorld(),
	deltaServer?: DeltaServer,
): LoopBench {
	const { engine, clock, locks, handovers, store } = world;
	const lifetime = new AbortController();
	const board = createStateBoard();
	const progress = createTopic<ProgressEvent>();
	const device = { overrideLocks: false };
	const announced: string[] = [];
	const events: ProgressEvent[] = [];
	const logged: string[] = [];
	const log: Logger = {
		...silentLogger,
		info: (_fields, message) => void logged.push(message),
		warn: (_fields, message) => void logged.push(message),
		error: (_fields, message) => void logged.push(message),
		child: () => log,
	};
	const random = { fraction: () => 0, hex32: () => '0'.repeat(32) };
	progress.subscribe((event) => void events.push(event));
	const holders = createLockHolders({ locks, clock });
	const updateLocks = holders.as('update');
	const observer = createObserver({ engine, clock, log: silentLogger, random });
	const executor = createExecutor({
		engine,
		locks: updateLocks,
		handovers,
		rebootMark: world.rebootMark,
		bootConfig: world.bootConfig,
		store,
		registryAuth: { credentialsFor: () => Promise.resolve(undefined) },
		deltas: deltaServer && { server: deltaServer, patience: () => deltaPatience },
		clock,
		log: silentLogger,
		onProgress: (event) => progress.publish(event),
	});
	const reconciler = createReconciler({
		observer,
		engine,
		executor,
		locks: updateLocks,
		powerLocks: holders.as('power', { waitMs: 10_000 }),
		power: world.power,
		rebootMark: world.rebootMark,
		bootConfig: world.bootConfig,
		overrideLocks: () => device.overrideLocks,
		usesDeltas: () => deltaServer !== undefined,
		store,
		board,
		progress,
		contextFor: async () => ({
			...context,
			...device,
			rebootDueFor: (await world.rebootMark.read())?.services ?? [],
		}),
		backoffLimits: () => ({ minMs: 500, maxMs: 900_000 }),
		announce: (message) => void announced.push(message),
		clock,
		random,
		log,
	});
	const running = Promise.all([observer, reconciler].map((job) => job.run(lifetime.signal)));
	const containers = (): string[] =>
		[...engine.world.containers.values()].map(({ name, state }) => `${name} ${state}`).sort();
	return {
		...world,
		board,
		reconciler,
		device,
		announced,
		events,
		logged,
		condition: (letter) => board.snapshot().apps[appUuidOf(letter)],
		containers,
		async pass(ms = 450) {
			await settle();
			for (let left = ms; left > 0; left -= 50) {
				await clock.advance(Math.min(50, left));
				await settle();
			}
		},
		async stop() {
			lifetime.abort();
			await running;
		},
	};
}
