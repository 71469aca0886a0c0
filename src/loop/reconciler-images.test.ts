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

	it('must let other apps go on while the disk is too full for one', async () => {
		loop.engine.failNext('pullImage', full, 1000);
		loop.reconciler.setTarget(
			targetOf(web(2), { letter: 'b', services: { hub: { image: imageOf('a', 'web') } } }),
		);
		await loop.pass(10_000);
		expect(loop.condition('a')).to.include({ phase: 'backoff', reason: full.message });
		expect(loop.condition('b')).to.have.property('phase', 'settled');
		expect(loop.containers().filter((text) => text.endsWith('running'))).to.have.lengthOf(2);
	});

	const pulls = (): string[] =>
		loop.engine.calls.filter(({ method }) => method === 'pullImage').map(({ subject }) => subject);
	const shared = 'registry.test/shared:1';

	it('must pull an image once for all services and apps that want it', async () => {
		const goOn = loop.engine.hold('pullImage');
		loop.reconciler.setTarget(
			targetOf(
				{ release: 2, services: { web: { image: shared }, twin: { image: shared } } },
				{ letter: 'b', services: { hub: { image: shared } } },
			),
		);
		await loop.pass(3000);
		goOn();
		await loop.pass(3000);
		expect(pulls().filter((image) => image === shared)).to.deep.equal([shared]);
		expect(loop.condition('a')).to.have.property('phase', 'settled');
		expect(loop.condition('b')).to.have.property('phase', 'settled');
	});

	it('must not pull again what is there: after the failure of another, a new target, a restart', async () => {
		const refusal = new SupervisorError('no such image', { code: 'IMAGE_PULL_FAILED' });
		const two = (release: number): TestApp => ({
			release,
			services: { web: { image: shared }, job: { image: imageOf('a', 'job', release) } },
		});
		const pullImage = loop.engine.pullImage.bind(loop.engine);
		loop.engine.pullImage = (image, options) =>
			image === shared ? pullImage(image, options) : Promise.reject(refusal);
		loop.reconciler.setTarget(targetOf(two(2)));
		await loop.pass(10_000);
		expect(loop.condition()).to.include({ phase: 'backoff', reason: refusal.message });
		loop.reconciler.setTarget(targetOf(two(3)));
		await loop.pass(10_000);
		await loop.stop();
		loop = startLoop(loop);
		loop.reconciler.setTarget(targetOf(two(3)));
		await loop.pass(10_000);
		expect(pulls().filter((image) => image === shared)).to.deep.equal([shared]);
	});

	it('must go on with a pull that the former process did not end, and with no other', async () => {
		loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf({ release: 2, services: { web: { image: shared } } }));
		await loop.pass(1000);
		await loop.stop();
		const goOn = loop.engine.hold('pullImage');
		goOn();
		loop = startLoop(loop);
		loop.reconciler.setTarget(targetOf({ release: 2, services: { web: { image: shared } } }));
		await loop.pass(5000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(pulls()).to.deep.equal([imageOf('a', 'web'), shared, shared]);
	});
});
