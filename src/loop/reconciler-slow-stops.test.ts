import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

describe('reconciler while a container takes its time to stop', () => {
	let loop: LoopBench;
	let goOn: () => void;
	const app = (release: number): TestApp => ({
		release,
		services: {
			slow: {},
			worker: { image: imageOf('a', 'worker') },
			db: { image: imageOf('a', 'db') },
			api: {
				image: imageOf('a', 'api'),
				composition: { depends_on: { db: { condition: 'service_healthy' } } },
			},
		},
	});
	beforeEach(async () => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(app(1)));
		await loop.pass(3000);
		goOn = loop.engine.hold('stopContainer');
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(2000);
	});
	afterEach(async () => {
		goOn();
		await loop.stop();
	});

	const find = (service: string) =>
		[...loop.engine.world.containers.values()].find(({ name }) => name.startsWith(service));

	it('must put back another one that somebody removes, once, and then end the update', async () => {
		await loop.engine.removeContainer(find('worker')?.id ?? '', new AbortController().signal);
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal([
			...['api created', 'db running', 'slow created', 'slow running', 'worker running'],
		]);
		const made = loop.engine.changes().filter((change) => /^createContainer worker/.test(change));
		expect(made).to.have.lengthOf(2);
		goOn();
		loop.engine.setHealth(find('db')?.id ?? '', 'healthy');
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal([
			'api running',
			'db running',
			'slow running',
			'worker running',
		]);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
		expect([...loop.locks.held]).to.deep.equal([]);
	});

	it('must start what waited for another service', async () => {
		loop.engine.setHealth(find('db')?.id ?? '', 'healthy');
		await loop.pass(5000);
		expect(loop.states()).to.include('api running').and.include('slow created');
		goOn();
		await loop.pass(5000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must back off from what fails beside it', async () => {
		const failure = new SupervisorError('port is taken', { code: 'PORT_TAKEN' });
		loop.engine.failNext('startContainer', failure, 1);
		await loop.engine.removeContainer(find('worker')?.id ?? '', new AbortController().signal);
		await loop.pass(5000);
		expect(loop.states()).to.include('worker created');
		goOn();
		await loop.pass(5000);
		expect(loop.states()).to.include('worker running').and.include('slow running');
	});
});
