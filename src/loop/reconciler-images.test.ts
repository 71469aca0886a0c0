import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const web = (release: number): TestApp => ({ release, services: { web: {} } });

describe('reconciler and images', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
	});
	afterEach(() => loop.stop());

	const images = (): string[] =>
		[...loop.engine.world.images.values()].flatMap(({ references }) => [...references]).sort();
	const full = new SupervisorError('Not enough space to download', { code: 'NO_SPACE' });

	it('must remove what no target wants any more while a lock keeps the app from settling', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(2000);
		expect(images()).to.deep.equal([imageOf('a', 'web'), imageOf('a', 'web', 2)]);
		loop.reconciler.setTarget(targetOf(web(3)));
		await loop.pass(2000);
		expect(loop.condition()).to.have.property('phase', 'locked');
		expect(images()).to.deep.equal([imageOf('a', 'web'), imageOf('a', 'web', 3)]);
	});

	it('must not remove what another app runs', async () => {
		const shared = { services: { web: { image: imageOf('a', 'web') } } };
		loop.reconciler.setTarget(targetOf(web(1), { letter: 'b', ...shared }));
		await loop.pass(3000);
		loop.reconciler.setTarget(targetOf(web(2), { letter: 'b', ...shared }));
		await loop.pass(3000);
		expect(images()).to.deep.equal([imageOf('a', 'web'), imageOf('a', 'web', 2)]);
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(3000);
		expect(images()).to.deep.equal([imageOf('a', 'web', 2)]);
	});

	it('must say that the disk is full, make room at once, and go on', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(2000);
		loop.engine.failNext('pullImage', full);
		const goOn = loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf(web(3), { letter: 'b', services: { hub: {} } }));
		await loop.pass(1000);
		expect(images()).not.to.include(imageOf('a', 'web', 3));
		goOn();
		await loop.pass(500);
		expect(images()).not.to.include(imageOf('a', 'web', 2));
		loop.locks.byUsers.clear();
		await loop.pass(5000);
		expect(loop.condition('a')).to.have.property('phase', 'settled');
		expect(loop.condition('b')).to.have.property('phase', 'settled');
		expect(loop.logged).to.include('app not settled, will retry');
	});
});
