import {
	createFakeHandovers,
	createFakeLocks,
	type FakeHandovers,
	type FakeLocks,
} from '../../execute/testing/executor-bench.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { StateStore, StoredImage } from '../../ports/state-store.ts';
import { createFakeBootConfig, type FakeBootConfig } from '../../ports/testing/fake-boot-config.ts';
import { createFakeEngine, type FakeEngine } from '../../ports/testing/fake-engine.ts';
import { createFakePower, type FakePower } from '../../ports/testing/fake-power.ts';
import { createFakeRebootMark, type FakeRebootMark } from '../../ports/testing/fake-reboot-mark.ts';

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
