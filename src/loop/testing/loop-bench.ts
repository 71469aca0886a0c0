import { settle } from '../../execute/testing/executor-bench.ts';
import { createExecutor } from '../../execute/executor.ts';
import { createLockHolders } from '../../execute/lock-holders.ts';
import { createTopic } from '../../kit/emitter.ts';
import { messageOf } from '../../kit/errors.ts';
import { silentLogger, type Logger } from '../../kit/logger.ts';
import { labelNames } from '../../model/labels.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import type { AppCondition } from '../../model/snapshot.ts';
import { createObserver } from '../../observe/observer.ts';
import type { DeviceContext } from '../../plan/context.ts';
import type { DeltaServer } from '../../ports/cloud.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { createReconciler, type Reconciler } from '../reconciler.ts';
import { createLoopWorld, type LoopWorld } from './loop-world.ts';
import { appUuidOf, targetOf, type TestApp } from './target-documents.ts';

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
	/** `service state` of every container. */
	readonly states: () => string[];
	/** Of the service's containers; default: of all. */
	readonly idsOf: (serviceName?: string) => string[];
	/** Lets time pass; half a second when not said, which is less than any pause and more than any gathering of events. */
	readonly pass: (ms?: number) => Promise<void>;
	/** What has become of it after this time: `met`, `pending`, or what is told of its failure. Default: its text. */
	readonly fateOf: (
		asked: Promise<unknown>,
		ms?: number,
		tell?: (err: unknown) => string,
	) => Promise<string>;
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
	const pass = async (ms = 450): Promise<void> => {
		await settle();
		for (let left = ms; left > 0; left -= 50) {
			await clock.advance(Math.min(50, left));
			await settle();
		}
	};
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
		states: () =>
			containers()
				.map((text) => text.replace(/_\d\S+/, ''))
				.sort(),
		idsOf: (serviceName) =>
			[...engine.world.containers.values()]
				.filter(({ spec: { config } }) => {
					const name = config.Labels[labelNames.serviceName];
					return serviceName === undefined || name === serviceName;
				})
				.map(({ id }) => id),
		pass,
		async fateOf(asked, ms, tell = messageOf) {
			let fate = 'pending';
			const told = asked.then(
				() => (fate = 'met'),
				(err: unknown) => (fate = tell(err)),
			);
			await pass(ms);
			if (fate !== 'pending') await told;
			return fate;
		},
		async stop() {
			lifetime.abort();
			await running;
		},
	};
}

/** A loop on a new world in which these apps run as they should. */
export async function startSettled(...apps: readonly TestApp[]): Promise<LoopBench> {
	const loop = startLoop();
	loop.reconciler.setTarget(targetOf(...apps));
	await loop.pass(3000);
	return loop;
}
