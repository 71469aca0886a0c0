import { expect } from 'chai';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld, type LoopWorld } from './testing/loop-world.ts';
import { createMortalEngine, type Death } from './testing/mortal-engine.ts';
import { appIdOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const strategies = [
	'download-then-kill',
	'kill-then-download',
	'delete-then-download',
	'hand-over',
] as const;
type Strategy = (typeof strategies)[number];

const app = (release: number, strategy: Strategy): TestApp => ({
	release,
	services: {
		db: { image: imageOf('a', 'db'), composition: { volumes: ['data:/data'] } },
		web: {
			labels: { 'io.balena.update.strategy': strategy },
			composition: { depends_on: ['db'] },
		},
	},
	volumes: { data: {} },
});

const states = (loop: LoopBench): string[] =>
	loop.containers().map((text) => text.replace(/_\d\S+/, ''));

/** A device on release 1, whose supervisor is killed on the way to release 2. */
async function killedOnTheWay(
	strategy: Strategy,
	death: Death,
): Promise<{ world: LoopWorld; isDead: boolean }> {
	const world = createLoopWorld();
	const first = startLoop(world);
	first.reconciler.setTarget(targetOf(app(1, strategy)));
	await first.pass(3000);
	await first.stop();
	const mortal = createMortalEngine(world.engine, death);
	const second = startLoop({ ...world, engine: mortal.engine });
	second.reconciler.setTarget(targetOf(app(2, strategy)));
	await second.pass(2000);
	world.handovers.given.add(`${appIdOf()}/web`);
	await second.pass(2000);
	return { world, isDead: mortal.isDead() };
}

describe('reconciler that is killed in an update', () => {
	for (const strategy of strategies) {
		for (const isLastCallDone of [false, true]) {
			it(`must converge from every point, ${strategy}, the last call ${isLastCallDone ? '' : 'not '}done`, async () => {
				let points = 0;
				for (; ; points++) {
					const { world, isDead } = await killedOnTheWay(strategy, {
						afterChanges: points,
						isLastCallDone,
					});
					const survivor = startLoop(world);
					survivor.reconciler.setTarget(targetOf(app(2, strategy)));
					await survivor.pass(70_000); // a hand-over without a sign takes a minute
					const at = `killed at change ${points}`;
					expect(survivor.condition(), at).to.have.property('phase', 'settled');
					expect(states(survivor), at).to.deep.equal(['db running', 'web running']);
					expect([...world.engine.world.volumes.keys()], at).to.have.length(1);
					expect([...world.locks.held], at).to.deep.equal([]);
					const images = [...world.engine.world.images.values()];
					expect(images.flatMap(({ references }) => [...references]).sort(), at).to.deep.equal([
						imageOf('a', 'db'),
						imageOf('a', 'web', 2),
					]);
					const made = world.engine.calls.filter(({ method }) => method === 'createContainer');
					expect(made, at).to.have.length(3); // two of release 1, and the one that release 2 changes
					await survivor.stop();
					if (!isDead) break;
				}
				expect(points).to.be.greaterThan(4);
			});
		}
	}
});
