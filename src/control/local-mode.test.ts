import { expect } from 'chai';
import { hasCode, messageOf } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import { sleeperSpec, volumeSpec } from '../ports/testing/engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import type { EngineInventory } from '../ports/engine-inventory.ts';
import { createLocalMode, type LocalMode } from './local-mode.ts';
import { createLocalStore } from './local-store.ts';

const never = new AbortController().signal;

const cloudTarget = (localMode: string): TargetState => {
	const services = { web: { id: 1, image_id: 1, image: 'fleet:1', environment: {}, labels: {} } };
	return decodeTargetDevice({
		name: 'gate-12',
		config: { RESIN_SUPERVISOR_LOCAL_MODE: localMode },
		apps: { fleet: { id: 7, name: 'cold-chain', releases: { c: { id: 1, services } } } },
	});
};

const posted = (image = 'local_image_main:latest'): object => ({
	local: {
		name: 'gate-12',
		config: {},
		apps: {
			'1': {
				name: 'localapp',
				commit: 'abc',
				releaseId: '1',
				services: { '1': { imageId: 1, serviceName: 'main', serviceId: 1, image } },
			},
		},
	},
});

/** The inventory of an engine that holds nothing but what is ours. */
function inventoryOf(engine: FakeEngine): EngineInventory {
	return {
		async listEverything(signal) {
			const [containers, images, networks, volumes] = await Promise.all([
				engine.listContainers(signal),
				engine.listImages(signal),
				engine.listNetworks(signal),
				engine.listVolumes(signal),
			]);
			return {
				containers: containers.map(({ containerId, name, engineImageId, ...rest }) => ({
					...{ id: containerId, names: [name], imageId: engineImageId },
					...rest,
				})),
				images: images.map(({ engineImageId, references, labels }) => ({
					...{ id: engineImageId, names: references, labels },
				})),
				networks: networks.map(({ networkId, name, labels }) => ({
					...{ id: networkId, names: [name], labels },
				})),
				volumes: volumes.map(({ name, labels }) => ({ id: name, names: [name], labels })),
			};
		},
	};
}

/** A device through the lives of its supervisor. */
class World {
	readonly engine = createFakeEngine();
	readonly clock = createFakeClock();
	readonly settings = new Map<string, string>();
	/** Uuids of the apps of every target that was put in force, joined. */
	readonly targets: string[] = [];
	readonly said: string[] = [];
	readonly isUnmanaged: boolean;
	inForce: TargetState | undefined;
	/** The power goes at this call to the engine or the store, counted from one: before it, or once it is done. */
	cut: { readonly at: number; readonly isDone: boolean } | undefined;
	calls = 0;
	#life = new AbortController();

	constructor({ isUnmanaged = false }: { readonly isUnmanaged?: boolean } = {}) {
		this.isUnmanaged = isUnmanaged;
	}

	/** A supervisor starts; what was stored last is its base. */
	async start(base: TargetState | undefined): Promise<LocalMode> {
		this.#life = new AbortController();
		const { engine, clock, settings } = this;
		const mode = createLocalMode({
			store: createLocalStore({
				getSetting: (name) => Promise.resolve(JSON.parse(settings.get(name) ?? 'null') as unknown),
				setSetting: (name, value) =>
					this.#call(() => {
						if (value === undefined) settings.delete(name);
						else settings.set(name, JSON.stringify(value));
						return Promise.resolve();
					}),
			}),
			engine: {
				...engine,
				listEverything: (signal) => this.#call(() => inventoryOf(engine).listEverything(signal)),
				removeContainer: (id, signal) => this.#call(() => engine.removeContainer(id, signal)),
				removeImage: (id, signal) => this.#call(() => engine.removeImage(id, signal)),
				removeVolume: (id, signal) => this.#call(() => engine.removeVolume(id, signal)),
			},
			isUnmanaged: this.isUnmanaged,
			isWanted: (config) => config['RESIN_SUPERVISOR_LOCAL_MODE'] === '1',
			setTarget: (target) => {
				this.inForce = target;
				this.targets.push(target.apps.map(({ appUuid }) => appUuid).join());
			},
			markStale: () => undefined,
			own: { containers: [], images: [] },
			announce: (message) => void this.said.push(message),
			clock,
			log: silentLogger,
		});
		await mode.load();
		mode.setBase(base);
		void mode.run(this.#life.signal);
		await this.settle();
		return mode;
	}

	/** A call that may be the last one of a life: nothing comes back from it then. */
	async #call<T>(work: () => Promise<T>): Promise<T> {
		this.calls += 1;
		const isLast = this.cut?.at === this.calls;
		if (isLast && this.cut?.isDone === true) await work();
		if (!isLast) return work();
		this.kill();
		return new Promise(() => undefined);
	}

	/** The supervisor is killed. */
	kill(): void {
		this.#life.abort(new Error('killed'));
	}

	async settle(): Promise<void> {
		for (let turn = 0; turn < 50; turn += 1) await this.clock.advance(0);
	}

	/** What a push leaves behind. */
	async make(): Promise<void> {
		const { engine } = this;
		engine.addImage('local_image_main:latest');
		await engine.createVolume(volumeSpec('1_resin-data'), never);
		const spec = sleeperSpec('main_1_1_abc', 'local_image_main:latest');
		await engine.createContainer(spec, never);
	}

	async objects(): Promise<string[]> {
		const all = await inventoryOf(this.engine).listEverything(never);
		const kinds = [all.containers, all.images, all.networks, all.volumes];
		return kinds.flat().flatMap(({ names }) => names);
	}
}

async function failureOf(work: Promise<unknown>): Promise<string> {
	const err = await work.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	return hasCode(err, 'BAD_REQUEST') ? messageOf(err) : 'no refusal';
}

describe('local mode', () => {
	it("must change nothing while the cloud does not want it, and refuse a developer's target", async () => {
		const world = new World();
		const mode = await world.start(cloudTarget('0'));
		expect([mode.phase, world.targets]).to.deep.equal(['off', ['fleet']]);
		const refusal = 'Target state can only set when device is in local mode';
		expect(await failureOf(mode.post(posted()))).to.equal(refusal);
	});

	it('must note what the engine holds before the fleet goes', async () => {
		const world = new World();
		world.engine.goDown();
		const mode = await world.start(cloudTarget('1'));
		expect([mode.phase, world.targets]).to.deep.equal(['entering', []]);
		expect(await failureOf(mode.post(posted()))).to.include('local mode');
		world.engine.goUp();
		await world.clock.advance(60_000);
		await world.settle();
		expect([mode.phase, world.targets]).to.deep.equal(['on', ['']]);
		expect(world.settings.has('engineSnapshot')).to.equal(true);
	});

	it('must put in force what a developer posts, and again after a restart', async () => {
		const world = new World();
		const mode = await world.start(cloudTarget('1'));
		await mode.post(posted());
		expect(world.targets.at(-1)).to.equal('1');
		expect(world.said).to.include(
			'Image local_image_main:latest is not on the engine: build or load it there; images of a local target are not downloaded',
		);
		world.kill();
		const again = await world.start(cloudTarget('1'));
		expect([again.phase, world.targets.at(-1)]).to.deep.equal(['on', '1']);
	});

	it('must remove all that was made, and then let the fleet come back', async () => {
		const world = new World();
		world.engine.addImage('fleet:1');
		const before = await world.objects();
		const mode = await world.start(cloudTarget('1'));
		await world.make();
		await mode.post(posted());
		mode.setBase(cloudTarget('0'));
		expect([mode.phase, world.targets.at(-1)]).to.deep.equal(['leaving', '']);
		await world.settle();
		expect([mode.phase, world.targets.at(-1)]).to.deep.equal(['off', 'fleet']);
		expect(await world.objects()).to.deep.equal(before);
		expect([...world.settings.keys()]).to.deep.equal([]);
		expect(world.said.at(-1)).to.equal('Local mode is off');
	});

	it('must go on with the clean-up after a kill in the middle of it', async () => {
		const world = new World();
		const mode = await world.start(cloudTarget('1'));
		await world.make();
		await mode.post(posted());
		const release = world.engine.hold('removeVolume');
		mode.setBase(cloudTarget('0'));
		await world.settle();
		world.kill();
		release();
		const again = await world.start(cloudTarget('0'));
		expect([again.phase, world.targets.at(-1)]).to.deep.equal(['off', 'fleet']);
		expect(await world.objects()).to.deep.equal([]);
	});

	it('must clean up after a start outside local mode that finds what the engine held once', async () => {
		const world = new World();
		await world.start(cloudTarget('1'));
		world.kill();
		await world.make();
		await world.start(cloudTarget('0'));
		expect(await world.objects()).to.deep.equal([]);
	});

	it('must stay in it when it is wanted again while it is left', async () => {
		const world = new World();
		const mode = await world.start(cloudTarget('1'));
		await world.make();
		await mode.post(posted());
		const release = world.engine.hold('removeContainer');
		mode.setBase(cloudTarget('0'));
		await world.settle();
		mode.setBase(cloudTarget('1'));
		release();
		await world.settle();
		expect([mode.phase, world.targets.at(-1)]).to.deep.equal(['on', '1']);
		expect(await world.objects()).to.include('1_resin-data');
	});

	it('must leave in spite of an object that the engine will not remove', async () => {
		const world = new World();
		const mode = await world.start(cloudTarget('1'));
		await world.make();
		world.engine.failNext('removeVolume', new Error('in use'), 100);
		mode.setBase(cloudTarget('0'));
		await world.settle();
		expect(mode.phase).to.equal('off');
		expect(await world.objects()).to.deep.equal(['1_resin-data']);
	});

	it('must be on for good on a device without a cloud, whatever its configuration says', async () => {
		const world = new World({ isUnmanaged: true });
		const mode = await world.start(undefined);
		expect([mode.phase, world.targets]).to.deep.equal(['on', []]);
		await mode.post(posted());
		mode.setBase(cloudTarget('0'));
		expect([mode.phase, world.targets.at(-1)]).to.deep.equal(['on', '1']);
		expect(world.settings.has('engineSnapshot')).to.equal(false);
	});

	it('must drop what was posted when the device has joined a cloud meanwhile', async () => {
		const unmanaged = new World({ isUnmanaged: true });
		await (await unmanaged.start(undefined)).post(posted());
		const world = new World();
		for (const [name, value] of unmanaged.settings) world.settings.set(name, value);
		const mode = await world.start(cloudTarget('0'));
		expect([mode.phase, world.targets.at(-1)]).to.deep.equal(['off', 'fleet']);
		expect([...world.settings.keys()]).to.deep.equal([]);
	});

	it('must refuse an invalid document and go on with the one before', async () => {
		const world = new World({ isUnmanaged: true });
		const mode = await world.start(undefined);
		await mode.post(posted());
		await mode.post({ local: { apps: { x: 1 } } }).catch((err: unknown) => {
			expect(hasCode(err, 'TARGET_INVALID')).to.equal(true);
		});
		expect(world.targets).to.deep.equal(['1']);
	});

	/** Everything there is to do between a cloud that wants local mode and one that does not any more. */
	const playThrough = async (world: World): Promise<void> => {
		world.engine.addImage('fleet:1');
		const mode = await world.start(cloudTarget('1'));
		if (mode.phase !== 'on') return; // the power went
		await world.make();
		await Promise.race([mode.post(posted()), world.settle()]);
		mode.setBase(cloudTarget('0'));
		await world.settle();
	};

	it('must end as if nothing had happened, at whichever call the power went', async () => {
		const whole = new World();
		await playThrough(whole);
		expect(whole.calls).to.be.above(8);
		for (let at = 1; at <= whole.calls; at += 1) {
			for (const isDone of [false, true]) {
				const world = new World();
				world.cut = { at, isDone };
				await playThrough(world);
				world.kill();
				const again = await world.start(cloudTarget('0'));
				const name = `cut at call ${at}, ${isDone ? 'after' : 'before'} it`;
				expect([again.phase, world.targets.at(-1)], name).to.deep.equal(['off', 'fleet']);
				expect(await world.objects(), name).to.deep.equal(await whole.objects());
				expect([...world.settings.keys()], name).to.deep.equal([]);
			}
		}
	});
});
