import { expect } from 'chai';
import { hasCode, SupervisorError } from '../kit/errors.ts';
import type { Intent } from '../model/plan.ts';
import { startSettled, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const two: TestApp = {
	services: { web: {}, worker: { composition: { volumes: ['data:/data'] } } },
	volumes: { data: {} },
};
const gentle = { force: false };

describe('reconciler asked by people', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(two);
	});
	afterEach(() => loop.stop());

	/** Asks, lets time pass, and returns the fate. */
	const ask = (intents: readonly Intent[], options = gentle): Promise<string> =>
		loop.fateOf(loop.reconciler.request(appUuidOf(), intents, options), 450, codeOf);
	const codeOf = (err: unknown): string =>
		err instanceof SupervisorError ? err.code : String(err);

	it('must stop a service, keep it stopped, and start it again', async () => {
		expect(await ask([{ kind: 'stop', serviceName: 'web' }])).to.equal('met');
		await loop.pass(60_000);
		expect(loop.states()).to.deep.equal(['web exited', 'worker running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(await ask([{ kind: 'start', serviceName: 'web' }])).to.equal('met');
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
	});

	it('must start a service once that ends before anybody sees it run', async () => {
		await ask([{ kind: 'stop', serviceName: 'web' }]);
		const { engine } = loop;
		const start = engine.startContainer.bind(engine);
		let starts = 0;
		engine.startContainer = async (container, signal) => {
			await start(container, signal);
			engine.exitContainer(container, 0);
			starts += 1;
		};
		expect(await ask([{ kind: 'start', serviceName: 'web' }])).to.equal('met');
		await loop.pass(60_000);
		expect([starts, ...loop.states()]).to.deep.equal([1, 'web exited', 'worker running']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must replace the containers that are named, and no other', async () => {
		const [web, worker] = [loop.idsOf('web'), loop.idsOf('worker')];
		expect(await ask([{ kind: 'replace', containerIds: web }])).to.equal('met');
		await loop.pass(2000);
		expect(loop.idsOf('web')).not.to.deep.equal(web);
		expect(loop.idsOf('worker')).to.deep.equal(worker);
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
	});

	it('must purge, and then make the app anew', async () => {
		const before = loop.idsOf();
		expect(await ask([{ kind: 'purge' }])).to.equal('met');
		expect(await ask([])).to.equal('met');
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
		expect(loop.idsOf()).to.not.include.members(before);
		const changes = loop.engine.changes();
		expect(changes.filter((change) => change.startsWith('removeVolume'))).to.have.length(1);
		expect(changes.filter((change) => change.startsWith('createVolume'))).to.have.length(2);
	});

	it('must refuse for a lock that a user holds, leave everything as it is, and go ahead when forced', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		const replace: Intent = { kind: 'replace', containerIds: loop.idsOf('web') };
		expect(await ask([replace])).to.equal('UPDATES_LOCKED');
		await loop.pass(2000);
		expect(loop.idsOf('web')).to.deep.equal(replace.containerIds);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(await ask([replace], { force: true })).to.equal('met');
		expect(loop.idsOf('web')).not.to.deep.equal(replace.containerIds);
		expect([...loop.locks.held]).to.deep.equal([]);
	});

	it('must reject with the failure of the first attempt, and bring the app back by itself', async () => {
		const failure = new SupervisorError('no space', { code: 'NO_SPACE' });
		loop.engine.failNext('createContainer', failure);
		const fate = await ask([{ kind: 'replace', containerIds: loop.idsOf('web') }]);
		expect(fate).to.equal('NO_SPACE');
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
	});

	it('must answer for a service whose neighbour cannot be pulled', async () => {
		await ask([{ kind: 'stop', serviceName: 'web' }]);
		const failure = new SupervisorError('registry is down', { code: 'IMAGE_PULL_FAILED' });
		loop.engine.failNext('pullImage', failure, 100);
		const services = { ...two.services, extra: { image: imageOf('a', 'extra') } };
		loop.reconciler.setTarget(targetOf({ ...two, services }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'backoff');
		expect(await ask([{ kind: 'start', serviceName: 'web' }])).to.equal('met');
	});

	it('must reject what a new target or a contrary request takes the place of', async () => {
		const release = loop.engine.hold('stopContainer');
		const first = ask([{ kind: 'stop', serviceName: 'web' }]);
		const second = ask([{ kind: 'start', serviceName: 'web' }]);
		expect(await first).to.equal('SUPERSEDED');
		await second;
		const third = ask([{ kind: 'replace', containerIds: loop.idsOf('web') }]);
		loop.reconciler.setTarget(targetOf({ ...two, release: 2 }));
		expect(await third).to.equal('SUPERSEDED');
		release();
	});

	it('must refuse what is asked of an app it does not know', async () => {
		const err: unknown = await loop.reconciler
			.request(appUuidOf('z'), [], gentle)
			.catch((thrown: unknown) => thrown);
		expect(hasCode(err, 'APP_NOT_FOUND')).to.equal(true);
	});

	it('must reject at once while the engine is away', async () => {
		loop.engine.goDown();
		expect(await ask([{ kind: 'stop', serviceName: 'web' }])).to.equal('ENGINE_UNAVAILABLE');
		loop.engine.goUp();
	});
});

describe('reconciler and update locks', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(two);
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf({ ...two, release: 2 }));
		await loop.pass(450);
	});
	afterEach(() => loop.stop());

	const running = (): string[] =>
		loop.containers().filter((text) => text.endsWith('running') && /_a10+ /.test(text));

	it('must wait while a user holds one, with everything downloaded and nothing stopped', () => {
		expect(loop.condition()).to.include({ phase: 'locked', failures: 1, retryInMs: 500 });
		expect(loop.condition()?.reason).to.contain('Lockfile exists');
		const reason = `Lockfile exists for { appId: ${appIdOf()}, service: web }`;
		expect(loop.announced).to.deep.equal([
			`Updates are locked, retrying in 500ms. Reason: ${reason}`,
		]);
		expect(running()).to.have.length(2);
		expect(loop.board.snapshot().updateDownloaded).to.equal(true);
	});

	it('must go on by itself the moment the lock is released, however long it was held', async () => {
		await loop.pass(3_600_000);
		loop.locks.byUsers.clear();
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(running()).to.have.length(0);
		expect([...loop.locks.held]).to.deep.equal([]);
	});

	it('must pause between attempts when it loses the race for a lock again and again', async () => {
		let takes = 0;
		const take = loop.locks.take.bind(loop.locks);
		loop.locks.untilReleased = () => Promise.resolve(); // given back, and taken again by the next user
		loop.locks.take = (...args) => {
			takes += 1;
			return take(...args);
		};
		await loop.pass(60_000);
		expect(takes).to.be.within(1, 240);
	});

	it('must go on at once when forced, without a new target', async () => {
		await loop.pass(60_000);
		expect(loop.condition()).to.have.property('phase', 'locked');
		loop.reconciler.retryNow({ force: true });
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must go on at once when the same target comes with force', async () => {
		await loop.pass(60_000);
		loop.reconciler.setTarget(targetOf({ ...two, release: 2 }), { force: true });
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must go on at once when the override is switched on meanwhile', async () => {
		await loop.pass(60_000);
		loop.device.overrideLocks = true;
		const same = targetOf({ ...two, release: 2 });
		loop.reconciler.setTarget({ ...same, config: { BALENA_SUPERVISOR_OVERRIDE_LOCK: '1' } });
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must begin anew when told to, in the middle of an update', async () => {
		const release = loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf({ ...two, release: 3 }));
		await loop.pass();
		const pulls = (): number => loop.logged.filter((message) => message === 'plan').length;
		const before = pulls();
		loop.reconciler.retryNow({ cancel: true });
		await loop.pass();
		expect(pulls()).to.equal(before + 1);
		release();
	});

	it('must heed a force that comes while the update runs', async () => {
		const release = loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf({ ...two, release: 3 }));
		await loop.pass();
		loop.reconciler.retryNow({ force: true });
		await loop.pass();
		release();
		await loop.pass(400); // less than the pause after a failure
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must tell whose lock it waits for, where it is and since when', async () => {
		expect(loop.condition()?.lock).to.deep.equal({
			path: `/tmp/balena-supervisor/services/${appIdOf()}/web/updates.lock`,
			serviceName: 'web',
			ownerUid: 0,
			since: 1,
		});
		loop.locks.byUsers.clear();
		await loop.pass(3000);
		expect(loop.condition()).not.to.have.property('lock');
	});

	it('must not be held by the lock of a service that does not run', async () => {
		const [web] = [...loop.engine.world.containers.values()].filter(({ name }) =>
			/^web_\d+_\d+_a10/.test(name),
		);
		await loop.engine.stopContainer(web?.id ?? '', new AbortController().signal);
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(loop.locks.byUsers.size).to.equal(1);
	});

	it('must not keep the force for the next update', async () => {
		loop.reconciler.retryNow({ force: true });
		await loop.pass(2000);
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(targetOf({ ...two, release: 3 }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'locked');
	});

	it('must not force what is settled already', async () => {
		loop.locks.byUsers.clear();
		await loop.pass(3000);
		loop.reconciler.retryNow({ force: true });
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		await loop.pass(1000);
		loop.reconciler.setTarget(targetOf({ ...two, release: 3 }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'locked');
	});
});
