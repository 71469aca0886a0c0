import { expect } from 'chai';
import { serviceKeyOf } from '../model/ids.ts';
import type { ServiceExplanation } from '../model/explanation.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld } from './testing/loop-world.ts';
import { appIdOf, appUuidOf, targetOf, type TestApp } from './testing/target-documents.ts';

const key = serviceKeyOf(appUuidOf(), 'web');
const web = (release: number, environment: Record<string, string> = {}): TestApp => ({
	release,
	services: { web: { environment } },
});

describe('explanations', () => {
	const explained = (loop: LoopBench): ServiceExplanation | undefined =>
		loop.board.snapshot().explanations?.[key];

	it('must say why a service is as it is, and what was last done to it and why', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		expect(explained(loop)?.state).to.include({ code: 'running' });
		expect(explained(loop)?.lastChange?.text).to.equal('started: absent on engine');
		loop.reconciler.setTarget(targetOf(web(1, { MODE: 'x' })));
		await loop.pass(3000);
		expect(explained(loop)?.lastChange?.text).to.equal(
			'started: configuration drifted: environment.MODE',
		);
		await loop.stop();
	});

	it('must name the lock that keeps a service from its update, and since when', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(2000);
		const before = explained(loop)?.state;
		expect(before?.code).to.equal('locked');
		await loop.pass(30_000);
		expect(explained(loop)?.state).to.deep.equal(before);
		await loop.stop();
	});

	it('must be kept across a restart', async () => {
		const world = createLoopWorld();
		const first = startLoop(world);
		first.reconciler.setTarget(targetOf(web(1)));
		await first.pass(3000);
		const before = explained(first);
		await first.stop();
		const second = startLoop(world);
		second.reconciler.setTarget(targetOf(web(1)));
		await second.pass(60_000);
		expect(explained(second)).to.deep.equal(before);
		await second.stop();
	});

	it('must tell a service that a person stopped from one that ended', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		const [container] = loop.engine.world.containers.values();
		if (container !== undefined) Object.assign(container, { state: 'exited', exitCode: 3 });
		loop.engine.emit('container', 'die', {
			id: 'x',
			attributes: { 'io.balena.supervised': 'true' },
		});
		await loop.pass(2000);
		expect(explained(loop)?.state.text).to.contain('exit code 3');
		const start = [{ kind: 'start', serviceName: 'web' }] as const;
		void loop.reconciler.request(appUuidOf(), start, { force: false });
		await loop.pass(2000);
		const stop = [{ kind: 'stop', serviceName: 'web' }] as const;
		void loop.reconciler.request(appUuidOf(), stop, { force: false });
		await loop.pass(2000);
		expect(explained(loop)?.state.code).to.equal('stoppedByPerson');
		await loop.stop();
	});

	it('must forget services that the target does not have', async () => {
		const loop = startLoop();
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		loop.reconciler.setTarget(targetOf());
		await loop.pass(3000);
		expect(loop.board.snapshot().explanations).to.deep.equal({});
		await loop.stop();
	});

	it('must write to the disk seldom, and nothing while nothing happens', async () => {
		const world = createLoopWorld();
		let writes = 0;
		const { setSetting } = world.store;
		const store = {
			...world.store,
			setSetting: (name: string, value: unknown) => {
				if (name === 'explanations') writes += 1;
				return setSetting(name, value);
			},
		};
		const loop = startLoop({ ...world, store });
		for (let release = 1; release <= 10; release += 1) {
			loop.reconciler.setTarget(targetOf(web(release)));
			await loop.pass(1000);
		}
		await loop.pass(10_000);
		expect(writes).to.be.within(1, 5);
		const before = writes;
		await loop.pass(600_000);
		expect(writes).to.equal(before);
		await loop.stop();
	});
});
