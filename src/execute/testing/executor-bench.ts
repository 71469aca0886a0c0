import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { UpdatesLockedError } from '../../kit/errors.ts';
import { silentLogger } from '../../kit/logger.ts';
import type { AppUuid } from '../../model/ids.ts';
import type { Step } from '../../model/plan.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import type { HandoverSigns, UpdateLocks } from '../../ports/host.ts';
import type { StoredImage } from '../../ports/state-store.ts';
import { createFakeEngine, type FakeEngine } from '../../ports/testing/fake-engine.ts';
import { createFakeBootConfig, type FakeBootConfig } from '../../ports/testing/fake-boot-config.ts';
import { createFakeRebootMark, type FakeRebootMark } from '../../ports/testing/fake-reboot-mark.ts';
import { createExecutor, type Executor, type ExecutorDeps } from '../executor.ts';

/** Update locks in memory. */
export interface FakeLocks extends UpdateLocks {
	/** `appId/service` of the locks we hold. */
	readonly held: Set<string>;
	/** `appId/service` of the locks that users hold. */
	readonly byUsers: Set<string>;
}

/** Names of locks, with those who wait until one is given back. */
class UsersLocks extends Set<string> {
	readonly #waiting = new Set<() => void>();

	override delete(name: string): boolean {
		const isGone = super.delete(name);
		for (const look of [...this.#waiting]) look();
		return isGone;
	}

	override clear(): void {
		super.clear();
		for (const look of [...this.#waiting]) look();
	}

	untilGone(name: string, signal: AbortSignal): Promise<void> {
		return new Promise((resolve) => {
			const look = (): void => {
				if (this.has(name) && !signal.aborted) return;
				this.#waiting.delete(look);
				signal.removeEventListener('abort', look);
				resolve();
			};
			this.#waiting.add(look);
			signal.addEventListener('abort', look);
			look();
		});
	}
}

/** What the real locks say of one that a user holds. */
function lockedByUser(name: string): UpdatesLockedError {
	const [appId = '', serviceName = ''] = name.split('/');
	const path = `/tmp/balena-supervisor/services/${name}/updates.lock`;
	return new UpdatesLockedError(
		`Lockfile exists for { appId: ${appId}, service: ${serviceName} }`,
		{
			lock: { path, appId: Number(appId), serviceName, ownerUid: 0, since: 1 },
		},
	);
}

export function createFakeLocks(): FakeLocks {
	const held = new Set<string>();
	const byUsers = new UsersLocks();
	return {
		held,
		byUsers,
		untilReleased: (path, signal) =>
			byUsers.untilGone(path.split('/').slice(4, 6).join('/'), signal),
		async take(appId, services, { force }) {
			await Promise.resolve();
			const names = services.map((service) => `${appId}/${service}`);
			const taken = names.find((name) => byUsers.has(name));
			if (taken !== undefined && !force) throw lockedByUser(taken);
			for (const name of names) {
				byUsers.delete(name);
				held.add(name);
			}
		},
		async release(appId, services) {
			await Promise.resolve();
			const ofApp = [...held].filter((name) => name.startsWith(`${appId}/`));
			const names = services === 'all' ? ofApp : services.map((service) => `${appId}/${service}`);
			for (const name of names) held.delete(name);
		},
	};
}

/** Signs of hand-overs in memory. */
export interface FakeHandovers extends HandoverSigns {
	/** `appId/service` of the signs that are given. */
	readonly given: Set<string>;
}

export function createFakeHandovers(): FakeHandovers {
	const given = new Set<string>();
	return {
		given,
		clear: (appId, serviceName) => {
			given.delete(`${appId}/${serviceName}`);
			return Promise.resolve();
		},
		isGiven: (appId, serviceName) => Promise.resolve(given.has(`${appId}/${serviceName}`)),
	};
}

export interface ExecutorBench {
	readonly rebootMark: FakeRebootMark;
	readonly bootConfig: FakeBootConfig;
	readonly engine: FakeEngine;
	readonly clock: FakeClock;
	readonly locks: FakeLocks;
	readonly handovers: FakeHandovers;
	readonly events: ProgressEvent[];
	/** `kind id` of the events, without pull percents. */
	readonly told: () => string[];
	/** What the store was told, in order. */
	readonly stored: string[];
	readonly executor: Executor;
}

/** An executor over an engine, locks and a store in memory. */
export function createExecutorBench({ deltas }: Pick<ExecutorDeps, 'deltas'> = {}): ExecutorBench {
	const engine = createFakeEngine();
	const clock = createFakeClock();
	const locks = createFakeLocks();
	const handovers = createFakeHandovers();
	const rebootMark = createFakeRebootMark();
	const bootConfig = createFakeBootConfig();
	const events: ProgressEvent[] = [];
	const stored: string[] = [];
	const note = (text: string): Promise<void> => {
		stored.push(text);
		return Promise.resolve();
	};
	const executor = createExecutor({
		engine,
		locks,
		handovers,
		rebootMark,
		bootConfig,
		clock,
		log: silentLogger,
		deltas,
		registryAuth: { credentialsFor: () => Promise.resolve(undefined) },
		store: {
			recordImages: async (images: readonly StoredImage[]) => {
				for (const { reference, serviceName } of images) await note(`${reference} ${serviceName}`);
			},
			forgetImages: (references) => note(`forget ${references.join(' ')}`),
			recordCommit: (appUuid, commit) => note(`${appUuid} at ${commit}`),
		},
		onProgress: (event) => events.push(event),
	});
	const told = (): string[] =>
		events.flatMap((event) =>
			event.kind === 'pullProgress' ? [] : [`${event.kind} ${event.step.id}`],
		);
	return {
		rebootMark,
		bootConfig,
		engine,
		clock,
		locks,
		handovers,
		events,
		told,
		stored,
		executor,
	};
}

type WithoutBase<S extends Step> = S extends Step
	? Omit<S, 'id' | 'resource' | 'cause' | 'after' | 'appUuid'>
	: never;

/** A step with its base filled in. @param appUuid - default `app` */
export function step(
	id: string,
	fields: WithoutBase<Step>,
	{ after = [], appUuid }: { after?: readonly string[]; appUuid?: AppUuid } = {},
): Step {
	return { id, resource: id, cause: 'test', after, appUuid, ...fields };
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
