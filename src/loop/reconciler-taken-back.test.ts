import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld } from './testing/loop-world.ts';
import { createMortalEngine } from './testing/mortal-engine.ts';
import { imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const strategies = ['download-then-kill', 'kill-then-download', 'hand-over'] as const;
const app = (release: number, strategy: string): TestApp => ({
	release,
	services: {
		db: { image: imageOf('a', 'db') },
		web: {
			labels: {
				'io.balena.update.strategy': strategy,
				'io.balena.update.handover-timeout': '1000',
			},
		},
	},
});
const states = (loop: LoopBench): string[] =>
	loop.containers().map((text) => text.replace(/_\d+_\d+_a(\d)0+/, ' $1'));

describe('a release that is taken back while the device switches to the next', () => {
	for (const strategy of strategies) {
		it(`must run again where the new container did not start, ${strategy}`, async () => {
			const loop = startLoop();
			loop.reconciler.setTarget(targetOf(app(1, strategy)));
			await loop.pass(3000);
			const refusal = new SupervisorError('no', { code: 'PORT_TAKEN' });
			loop.engine.failNext('startContainer', refusal, 2);
			loop.reconciler.setTarget(targetOf(app(2, strategy)));
			await loop.pass(700);
			loop.reconciler.setTarget(targetOf(app(1, strategy)));
			await loop.pass(10_000);
			expect(states(loop)).to.deep.equal(['db 1 running', 'web 1 running']);
			expect(loop.condition()?.phase).to.equal('settled');
			await loop.stop();
		});

		it(`must run again whenever the supervisor is killed on the way, ${strategy}`, async () => {
			for (let afterChanges = 0, isDead = true; isDead; afterChanges += 1) {
				const world = createLoopWorld();
				const first = startLoop(world);
				first.reconciler.setTarget(targetOf(app(1, strategy)));
				await first.pass(3000);
				await first.stop();
				const mortal = createMortalEngine(world.engine, { afterChanges, isLastCallDone: true });
				const second = startLoop({ ...world, engine: mortal.engine });
				second.reconciler.setTarget(targetOf(app(2, strategy)));
				await second.pass(3000);
				isDead = mortal.isDead();
				if (!isDead) await second.stop();
				const third = startLoop(world);
				third.reconciler.setTarget(targetOf(app(1, strategy)));
				await third.pass(10_000);
				const at = `killed at change ${afterChanges}`;
				expect(states(third), at).to.deep.equal(['db 1 running', 'web 1 running']);
				expect(third.condition()?.phase, at).to.equal('settled');
				await third.stop();
			}
		});
	}

	it('must run again with a service that the next one does not have', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(app(1, 'download-then-kill')));
		await loop.pass(3000);
		const refusal = new SupervisorError('no', { code: 'ENGINE_REFUSED' });
		loop.engine.failNext('removeContainer', refusal, 1000);
		loop.reconciler.setTarget(
			targetOf({ release: 2, services: { db: { image: imageOf('a', 'db') } } }),
		);
		await loop.pass(2000);
		expect(states(loop)).to.deep.equal(['db 2 running', 'web 1 exited']);
		loop.reconciler.setTarget(targetOf(app(1, 'download-then-kill')));
		await loop.pass(10_000);
		expect(states(loop)).to.deep.equal(['db 1 running', 'web 1 running']);
		await loop.stop();
	});

	it('must leave a container alone that ends by itself', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(app(1, 'download-then-kill')));
		await loop.pass(3000);
		loop.reconciler.setTarget(targetOf(app(2, 'download-then-kill')));
		await loop.pass(3000);
		const web = [...loop.engine.world.containers.values()].find(({ name }) => /^web/.test(name));
		loop.engine.exitContainer(web?.id ?? '', 0);
		await loop.pass(10_000);
		expect(states(loop)).to.deep.equal(['db 2 running', 'web 2 exited']);
		await loop.stop();
	});
});
