import { expect } from 'chai';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld, type LoopWorld } from './testing/loop-world.ts';
import { createMortalEngine } from './testing/mortal-engine.ts';
import { appIdOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const withVolume = { volumes: ['data:/data'] };
const app = (release: number): TestApp => ({
	release,
	services: {
		db: { composition: withVolume, image: imageOf('a', 'db') },
		web: { composition: { depends_on: ['db'] }, environment: { RELEASE: String(release) } },
	},
	volumes: { data: {} },
});

describe('reconciler with an engine that goes away', () => {
	let loop: LoopBench;
	beforeEach(() => (loop = startLoop()));
	afterEach(() => loop.stop());

	it('must wait quietly, tell it once, and go on when the engine is back', async () => {
		loop.reconciler.setTarget(targetOf(app(1)));
		await loop.pass(3000);
		loop.engine.goDown();
		await loop.pass(2000);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(60_000);
		expect(loop.condition()?.reason).to.equal('waiting for the container engine');
		const about = (text: string): string[] => loop.logged.filter((line) => line.includes(text));
		expect(about('does not answer')).to.have.length(1);
		const before = loop.engine.calls.length;
		await loop.pass(60_000);
		expect(loop.engine.calls.length - before).to.be.below(80);
		loop.engine.goUp();
		await loop.pass(12_000);
		expect(about('answers again')).to.have.length(1);
		expect(loop.condition()).to.include({ phase: 'settled', reason: '' });
		expect(loop.containers().filter((text) => text.endsWith('running'))).to.have.length(2);
	});

	it('must not fail an app for an engine that was away', async () => {
		loop.reconciler.setTarget(targetOf(app(1)));
		loop.engine.goDown();
		await loop.pass(30_000);
		expect(loop.condition()).to.include({ failures: 0 });
		loop.engine.goUp();
		await loop.pass(12_000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must tell settled apps, too, what they wait for', async () => {
		loop.reconciler.setTarget(targetOf(app(1)));
		await loop.pass(3000);
		loop.engine.goDown();
		await loop.pass(3000);
		expect(loop.condition()).to.include({
			phase: 'settled',
			reason: 'waiting for the container engine',
		});
		loop.engine.goUp();
		await loop.pass(12_000);
		expect(loop.condition()).to.include({ phase: 'settled', reason: '' });
	});
});

describe('reconciler with an engine that takes its time', () => {
	it('must carry an update out that needs ten seconds for every answer, and fail nothing', async () => {
		const world = createLoopWorld();
		const slow = (method: unknown): unknown =>
			typeof method === 'function'
				? async (...args: unknown[]): Promise<unknown> => {
						await world.clock.sleep(10_000, new AbortController().signal);
						return method.apply(world.engine, args) as unknown;
					}
				: method;
		const streams = ['events', 'containerLogs', 'world', 'calls'];
		const engine = new Proxy(world.engine, {
			get: (target, name): unknown => {
				const member: unknown = Reflect.get(target, name);
				return streams.includes(String(name)) ? member : slow(member);
			},
		});
		const loop = startLoop({ ...world, engine });
		loop.reconciler.setTarget(targetOf(app(1)));
		await loop.pass(300_000);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(300_000);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
		const made = world.engine.calls.filter(({ method }) => method === 'createContainer');
		expect(made).to.have.length(3);
		expect(loop.logged.filter((line) => /retry|does not answer/.test(line))).to.deep.equal([]);
		await Promise.all([loop.stop(), world.clock.advance(60_000)]);
	});
});

/** A device on release 1, whose supervisor is killed on the way to release 2. */
async function killedOnTheWay(death: {
	afterChanges: number;
	isLastCallDone: boolean;
}): Promise<{ world: LoopWorld; isDead: boolean }> {
	const world = createLoopWorld();
	const first = startLoop(world);
	first.reconciler.setTarget(targetOf(app(1)));
	await first.pass(3000);
	await first.stop();
	const mortal = createMortalEngine(world.engine, death);
	const second = startLoop({ ...world, engine: mortal.engine });
	second.reconciler.setTarget(targetOf(app(2)));
	await second.pass(3000);
	return { world, isDead: mortal.isDead() };
}

describe('reconciler that is killed', () => {
	it('must give back the locks of services that are gone by the time it starts again', async () => {
		const world = createLoopWorld();
		world.locks.held.add(`${appIdOf()}/gone`);
		world.locks.byUsers.add(`${appIdOf()}/other`);
		const loop = startLoop(world);
		loop.reconciler.setTarget(targetOf(app(1)));
		await loop.pass(3000);
		expect([...loop.locks.held]).to.deep.equal([]);
		expect([...loop.locks.byUsers]).to.deep.equal([`${appIdOf()}/other`]);
		await loop.stop();
	});

	for (const isLastCallDone of [false, true]) {
		it(`must converge from every point of an update, the last call ${isLastCallDone ? '' : 'not '}done`, async () => {
			let points = 0;
			for (; ; points++) {
				const { world, isDead } = await killedOnTheWay({ afterChanges: points, isLastCallDone });
				const survivor = startLoop(world);
				survivor.reconciler.setTarget(targetOf(app(2)));
				await survivor.pass(5000);
				const at = `killed at change ${points}`;
				expect(survivor.condition(), at).to.have.property('phase', 'settled');
				const containers = survivor.containers().map((text) => text.replace(/_\S+/, ''));
				expect(containers, at).to.deep.equal(['db running', 'web running']);
				expect([...world.engine.world.volumes.keys()], at).to.have.length(1);
				expect([...world.locks.held], at).to.deep.equal([]);
				expect([...world.engine.world.images.keys()], at).to.have.length(2);
				await survivor.stop();
				const calls = world.engine.calls;
				const made = calls.filter(({ method }) => method === 'createContainer');
				expect(made, at).to.have.length(3); // two of release 1, and the one that release 2 changes
				if (!isDead) break;
			}
			expect(points).to.be.greaterThan(4);
		});
	}
});
