import { expect } from 'chai';
import { aborted } from '../kit/job.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld } from './testing/loop-world.ts';
import { imageOf, targetOf } from './testing/target-documents.ts';

describe('reconciler and labels of images', () => {
	let loop: LoopBench;
	beforeEach(() => (loop = startLoop()));
	afterEach(() => loop.stop());

	const target = targetOf({ services: { web: {}, db: {} } });
	const made = (): string[] =>
		loop.engine.changes().filter((change) => /^(create|start|pull|remove)/.test(change));

	it('must make a container once, with what the label of its image asks for', async () => {
		loop.engine.publish(imageOf('a', 'web'), { 'io.balena.features.supervisor-api': '1' });
		loop.reconciler.setTarget(target);
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		const containers = made().filter((change) => change.startsWith('createContainer'));
		expect(containers).to.have.length(2);
		const web = [...loop.engine.world.containers.values()].find(({ name }) =>
			name.startsWith('web'),
		);
		expect([...(web?.networks ?? [])]).to.include('supervisor0');
	});

	it('must plan nothing afterwards', async () => {
		loop.engine.publish(imageOf('a', 'web'), { 'io.balena.features.dbus': '1' });
		loop.reconciler.setTarget(target);
		await loop.pass(3000);
		const before = loop.engine.changes().length;
		loop.reconciler.retryNow({});
		await loop.pass(3000);
		expect(loop.engine.changes()).to.have.length(before);
	});

	it('must not wait for the images of other services with what the label asks for', async () => {
		const world = createLoopWorld();
		const { engine } = world;
		const pullImage: typeof engine.pullImage = (reference, options) =>
			reference === imageOf('a', 'db')
				? aborted(options.signal)
				: engine.pullImage(reference, options);
		const slow = startLoop({ ...world, engine: { ...engine, pullImage } });
		engine.publish(imageOf('a', 'web'), { 'io.balena.features.dbus': '1' });
		slow.reconciler.setTarget(target);
		await slow.pass(3000);
		expect(slow.containers().map((line) => line.replace(/_\S*/, ''))).to.deep.equal([
			'web running',
		]);
		await slow.stop();
	});

	it('must go on without another look when the label of an image has no effect', async () => {
		loop.engine.publish(imageOf('a', 'web'), { maintainer: 'somebody' });
		loop.reconciler.setTarget(target);
		await loop.pass(3000);
		expect(loop.logged.filter((message) => message === 'plan')).to.have.length(1);
	});
});
