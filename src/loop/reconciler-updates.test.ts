import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { labelNames } from '../model/labels.ts';
import type { Intent } from '../model/plan.ts';
import { attributesOf, type FakeContainer } from '../ports/testing/fake-world.ts';
import { startLoop, startSettled, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const two: TestApp = { services: { web: {}, worker: {} } };

describe('reconciler in the middle of an update', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(two);
	});
	afterEach(() => loop.stop());

	/** Asks, lets time pass, and returns the fate. */
	const ask = (intent: Intent): Promise<string> =>
		loop.fateOf(loop.reconciler.request(appUuidOf(), [intent], { force: false }), 1500);

	it('must stop and restart services for people while images are pulled', async () => {
		const goOn = loop.engine.hold('pullImage');
		const services = { ...two.services, extra: { image: imageOf('a', 'extra') } };
		loop.reconciler.setTarget(targetOf({ services }));
		await loop.pass(1000);
		const [before] = loop.idsOf('worker');
		expect(await ask({ kind: 'stop', serviceName: 'web' })).to.equal('met');
		expect(await ask({ kind: 'replace', containerIds: loop.idsOf('worker') })).to.equal('met');
		expect(loop.idsOf('worker')).not.to.include(before);
		expect(loop.states()).to.deep.equal(['web exited', 'worker running']);
		expect([...loop.locks.held]).to.deep.equal([]);
		goOn();
		await loop.pass(2000);
		expect(loop.states()).to.include('extra running');
	});

	it('must restart services as they are while their new images are pulled, and answer for it', async () => {
		const goOn = loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf({ ...two, release: 2 }));
		await loop.pass(1000);
		const before = loop.idsOf('web');
		expect(await ask({ kind: 'replace', containerIds: before })).to.equal('met');
		expect(loop.idsOf('web')).to.deep.equal(before);
		const restarts = (): string[] =>
			loop.engine.changes().filter((change) => change.startsWith('restartContainer'));
		expect(restarts()).to.have.length(1);
		await loop.pass(10_000);
		expect(restarts()).to.have.length(1);
		goOn();
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	const strategy = (name: string, release: number): TestApp => ({
		release,
		services: { web: { labels: { 'io.balena.update.strategy': name } } },
	});

	it('must hand over when the new container gives its sign, however long before the time is up', async () => {
		loop.reconciler.setTarget(targetOf(strategy('hand-over', 2)));
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal(['old_web running', 'web running']);
		loop.handovers.given.add(`${appIdOf()}/web`);
		await loop.pass(1000);
		expect(loop.states()).to.deep.equal(['web running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect([...loop.locks.held]).to.deep.equal([]);
	});

	it('must end a hand-over when the sign never comes', async () => {
		loop.reconciler.setTarget(targetOf(strategy('hand-over', 2)));
		await loop.pass(62_000);
		expect(loop.states()).to.deep.equal(['web running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must leave a hand-over for a new target, and clean up after it', async () => {
		loop.reconciler.setTarget(targetOf(strategy('hand-over', 2)));
		await loop.pass(5000);
		loop.reconciler.setTarget(targetOf(strategy('download-then-kill', 3)));
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['web running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must not begin with a sign that an earlier container gave', async () => {
		loop.handovers.given.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf(strategy('hand-over', 2)));
		await loop.pass(5000);
		expect(loop.states()).to.include('old_web running');
	});

	it('must remove the old image before the new one is pulled when told to', async () => {
		const before = loop.engine.changes().length;
		loop.reconciler.setTarget(targetOf(strategy('delete-then-download', 2)));
		await loop.pass(3000);
		const order = loop.engine
			.changes()
			.slice(before)
			.map((change) => change.split(' ', 1)[0])
			.filter((method) => method === 'removeImage' || method === 'pullImage');
		expect(order.slice(0, 2)).to.deep.equal(['removeImage', 'pullImage']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must go on with a pull when the old image cannot be removed', async () => {
		const inUse = new SupervisorError('image is in use', { code: 'ENGINE_REFUSED' });
		loop.engine.failNext('removeImage', inUse);
		loop.reconciler.setTarget(targetOf({ ...strategy('delete-then-download', 2) }));
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['web running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
		await loop.pass(3000);
		expect((await loop.store.listImages()).map(({ reference }) => reference)).to.deep.equal([
			imageOf('a', 'web', 2),
		]);
	});
});

describe('reconciler with services that wait for others', () => {
	let loop: LoopBench;
	beforeEach(() => {
		loop = startLoop();
	});
	afterEach(() => loop.stop());

	const waiting = (condition: string): TestApp => ({
		services: {
			db: {},
			web: { composition: { depends_on: { db: { condition } } } },
			aside: {},
		},
	});
	/** What the engine's own health check, or the end of the process, makes of the service's container. */
	const become = (service: string, change: Partial<FakeContainer>, event: string): void => {
		const found = [...loop.engine.world.containers.values()].find(
			({ spec }) => spec.config.Labels[labelNames.serviceName] === service,
		);
		if (found === undefined) throw new Error(`no container of ${service}`);
		Object.assign(found, change);
		loop.engine.emit('container', event, { id: found.id, attributes: attributesOf(found) });
	};

	it('must start what waits for the health of another once the engine tells of it, and ask nothing before', async () => {
		loop.reconciler.setTarget(targetOf(waiting('service_healthy')));
		await loop.pass(1000);
		become('db', { health: 'starting' }, 'health_status: starting');
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['aside running', 'db running', 'web created']);
		expect(loop.condition()).to.include({
			phase: 'waiting',
			reason: 'web: db is not healthy yet',
		});
		const before = loop.engine.calls.length;
		await loop.pass(10 * 60_000);
		expect(loop.engine.calls.slice(before)).to.deep.equal([]);
		become('db', { health: 'healthy' }, 'health_status: healthy');
		await loop.pass(2000);
		expect(loop.states()).to.include('web running');
		expect(loop.condition()).to.include({ phase: 'settled', reason: '' });
	});

	it('must start what waits for the end of another once that succeeded', async () => {
		loop.reconciler.setTarget(targetOf(waiting('service_completed_successfully')));
		await loop.pass(3000);
		expect(loop.states()).to.include('web created');
		become('db', { state: 'exited', exitCode: 1 }, 'die');
		await loop.pass(2000);
		expect(loop.condition()?.reason).to.equal('web: db ended with exit code 1');
		become('db', { state: 'exited', exitCode: 0 }, 'die');
		await loop.pass(2000);
		expect(loop.states()).to.deep.equal(['aside running', 'db exited', 'web running']);
	});
});

describe('reconciler while an image takes long', () => {
	let loop: LoopBench;
	let goOn: () => void;
	beforeEach(async () => {
		loop = startLoop();
		for (const service of ['db', 'api']) loop.engine.addImage(imageOf('a', service));
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(3000);
		goOn = loop.engine.hold('pullImage');
	});
	afterEach(() => loop.stop());

	const withExtra: TestApp = {
		services: { ...two.services, extra: { image: imageOf('a', 'extra') } },
	};
	const pulls = (): number =>
		loop.engine.changes().filter((change) => change.startsWith('pullImage')).length;

	it('must put back a container that somebody removes, without another pull', async () => {
		loop.reconciler.setTarget(targetOf(withExtra));
		await loop.pass(1000);
		const before = pulls();
		const [id = ''] = loop.engine.world.containers.keys();
		await loop.engine.removeContainer(id, new AbortController().signal);
		await loop.pass(2500);
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
		expect(pulls()).to.equal(before);
		goOn();
		await loop.pass(2000);
		expect(loop.states()).to.deep.equal(['extra running', 'web running', 'worker running']);
	});

	it('must start what waited for another service', async () => {
		const compose = { depends_on: { db: { condition: 'service_healthy' } } };
		loop.reconciler.setTarget(
			targetOf({ services: { ...withExtra.services, db: {}, api: { composition: compose } } }),
		);
		await loop.pass(2000);
		expect(loop.states()).to.include('api created').and.include('db running');
		const db = [...loop.engine.world.containers.values()].find(({ name }) => name.startsWith('db'));
		loop.engine.setHealth(db?.id ?? '', 'healthy');
		await loop.pass(2500);
		expect(loop.states()).to.include('api running');
	});

	it('must try again what failed, ever more seldom', async () => {
		const failure = new SupervisorError('port is taken', { code: 'PORT_TAKEN' });
		loop.engine.failNext('startContainer', failure, 3);
		loop.reconciler.setTarget(targetOf({ services: { ...withExtra.services, api: {} } }));
		await loop.pass(1000);
		expect(loop.states()).to.include('api created');
		await loop.pass(9000);
		expect(loop.states()).to.include('api running');
		expect(pulls()).to.equal(3);
		goOn();
		await loop.pass(2000);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
	});

	it('must let a service start although the image of another can never be pulled', async () => {
		goOn();
		const failure = new SupervisorError('registry is down', { code: 'IMAGE_PULL_FAILED' });
		loop.engine.failNext('pullImage', failure, 1000);
		loop.reconciler.setTarget(targetOf({ services: { ...withExtra.services, api: {} } }));
		await loop.pass(1000);
		expect(loop.states()).to.deep.equal(['api running', 'web running', 'worker running']);
		expect(loop.condition()).to.have.property('phase', 'backoff');
	});

	it('must go on with an update beside a container that crashes all the time', async () => {
		goOn();
		const crashing = [...loop.engine.world.containers.values()][0];
		if (crashing === undefined) throw new Error('no container');
		crashing.state = 'restarting';
		loop.reconciler.setTarget(targetOf({ ...withExtra }));
		for (let turn = 0; turn < 20; turn++) {
			const what = { id: crashing.id, attributes: attributesOf(crashing) };
			loop.engine.emit('container', turn % 2 === 0 ? 'die' : 'start', what);
			await loop.pass(200);
		}
		expect(loop.states()).to.include('extra running');
		expect(loop.condition()).to.have.property('phase', 'settled');
	});
});
