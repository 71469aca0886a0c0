import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { createStateBoard, type StateBoard } from '../loop/board.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { StateStore } from '../ports/state-store.ts';
import { openStateStore } from '../store/open-state-store.ts';
import { systemRandom } from '../kit/random.ts';
import { makeTempTree, type TempTree } from '../host/testing/temp-tree.ts';
import { createKeyRotation, type KeyRotation } from './key-rotation.ts';

function containerOf(containerId: string): ObservedContainer {
	return {
		containerId,
		labels: { 'io.balena.app-id': '1', 'io.balena.service-name': 'main' },
	} as unknown as ObservedContainer;
}

describe('the rotation of keys', () => {
	let tree: TempTree;
	let store: StateStore;
	let board: StateBoard;
	let clock: FakeClock;
	let rotation: KeyRotation;
	let keyInCloud: string | undefined;
	let stop: AbortController;
	let job: Promise<void>;

	beforeEach(async () => {
		tree = await makeTempTree();
		clock = createFakeClock();
		const path = `${tree.root}/database.sqlite`;
		store = await openStateStore({ path, clock, random: systemRandom, log: silentLogger });
		board = createStateBoard();
		keyInCloud = undefined;
		start({ isManaged: true });
	});
	afterEach(async () => {
		stop.abort();
		await job;
		await store.close();
		await tree.remove();
	});

	function start({ isManaged }: { isManaged: boolean }): void {
		stop = new AbortController();
		rotation = createKeyRotation({
			...{ store, board, isManaged, clock, log: silentLogger },
			keyInCloud: () => keyInCloud,
		});
		job = rotation.run(stop.signal);
	}
	const see = (...containerIds: string[]): void => {
		const lists = { images: [], networks: [], volumes: [], atMs: 0 };
		board.update({ observed: { ...lists, containers: containerIds.map(containerOf) } });
	};
	const isGood = async (key: string): Promise<boolean> =>
		(await store.findApiKey(key)) !== undefined;
	/** Resolves once the key is unknown. */
	const refused = async (key: string): Promise<void> => {
		while (await isGood(key)) await new Promise((resolve) => setImmediate(resolve));
	};
	/** Lets everything happen that is due. */
	const settle = async (): Promise<void> => {
		for (let turns = 0; turns < 20; turns += 1) await store.findApiKey('x');
	};

	it('must keep the key of a service good until its container is replaced', async () => {
		see('old');
		const { key } = await store.serviceApiKey(1, 'main');
		const fresh = await rotation.regenerate(key);
		see('old', 'new');
		await settle();
		expect(await isGood(key)).to.equal(true);
		see('new');
		await refused(key);
		expect(await isGood(fresh?.key ?? '')).to.equal(true);
	});

	it('must refuse at once the former key of a service without a container', async () => {
		see('other');
		const { key } = await store.serviceApiKey(2, 'main');
		await rotation.regenerate(key);
		expect(await isGood(key)).to.equal(false);
	});

	it('must retire no key while nobody knows what runs', async () => {
		see('old');
		const { key } = await store.serviceApiKey(1, 'main');
		await rotation.regenerate(key);
		board.update({ observed: undefined });
		await settle();
		expect(await isGood(key)).to.equal(true);
	});

	it('must keep the global key good until the cloud has the new one', async () => {
		see();
		const { key } = await store.globalApiKey();
		keyInCloud = key;
		const fresh = await rotation.regenerate(key);
		see();
		await settle();
		expect(await isGood(key)).to.equal(true);
		keyInCloud = fresh?.key;
		await clock.advance(60_000);
		await refused(key);
	});

	it('must refuse at once the former global key of a device without a cloud', async () => {
		stop.abort();
		await job;
		start({ isManaged: false });
		const { key } = await store.globalApiKey();
		await rotation.regenerate(key);
		expect(await isGood(key)).to.equal(false);
	});

	it('must not make a key for one it does not know', async () => {
		expect(await rotation.regenerate('unknown')).to.equal(undefined);
	});
});
