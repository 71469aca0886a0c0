import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const two: TestApp = { services: { web: {}, worker: {} }, volumes: { data: {} } };
const minute = 60_000;

describe('reconciler', () => {
	let loop: LoopBench;
	beforeEach(() => (loop = startLoop()));
	afterEach(() => loop.stop());

	it('must touch nothing before there is a target', async () => {
		await loop.pass(minute);
		expect(loop.engine.changes()).to.deep.equal([]);
	});

	it('must bring up an app with two services and then be settled', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		expect(loop.containers().map((text) => text.replace(/_\S+/, ''))).to.deep.equal([
			'web running',
			'worker running',
		]);
		expect(loop.condition()).to.include({ phase: 'settled', reason: '', failures: 0 });
		expect(loop.board.snapshot().currentCommits[appUuidOf()]).to.match(/^a10+$/);
		expect((await loop.store.listImages()).map(({ reference }) => reference)).to.have.members([
			imageOf('a', 'web'),
			imageOf('a', 'worker'),
		]);
	});

	it('must ask the engine nothing while nothing happens', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(5000);
		const before = loop.engine.calls.length;
		const revision = loop.board.snapshot().revision;
		await loop.pass(10 * minute);
		expect(loop.engine.calls.slice(before)).to.deep.equal([]);
		expect(loop.board.snapshot().revision).to.equal(revision);
	});

	it('must leave apps alone whose target did not change', async () => {
		loop.reconciler.setTarget(targetOf(two, { ...two, letter: 'b' }));
		await loop.pass(2000);
		const before = loop.engine.changes().length;
		loop.reconciler.setTarget(targetOf(two, { ...two, letter: 'b', release: 2 }));
		await loop.pass(2000);
		const changes = loop.engine.changes().slice(before);
		expect(changes.some((change) => change.includes('b'))).to.equal(true);
		expect(changes.filter((change) => change.includes(appUuidOf('a')))).to.deep.equal([]);
		expect(loop.containers().filter((text) => text.endsWith('running'))).to.have.length(4);
	});

	it('must count as applying at once when the same target is set anew, and settle after a look', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		const before = loop.engine.changes();
		loop.reconciler.setTarget(targetOf(two), { cancel: true });
		expect(loop.condition()).to.include({
			phase: 'applying',
			reason: 'the target was set again',
		});
		await loop.pass(2000);
		expect(loop.condition()).to.include({ phase: 'settled' });
		expect(loop.engine.changes()).to.deep.equal(before);
	});

	it('must hand over the number of an app to another one, and come to rest', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		const [app] = targetOf({ ...two, release: 2 }).apps;
		if (app === undefined) throw new Error('no app');
		const appUuid = AppUuid.parse('1');
		loop.reconciler.setTarget({ ...targetOf(), apps: [{ ...app, appUuid }] });
		await loop.pass(5000);
		expect(loop.board.snapshot().apps).to.have.keys([appUuid]);
		expect(loop.board.snapshot().apps[appUuid]).to.include({ phase: 'settled' });
		expect(loop.containers()).to.have.length(2);
		expect(loop.containers().every((text) => text.endsWith(' running'))).to.equal(true);
		const before = loop.engine.changes();
		await loop.pass(minute);
		expect(loop.engine.changes()).to.deep.equal(before);
	});

	it('must not let a slow pull of one app delay another', async () => {
		const goOn = loop.engine.hold('pullImage');
		loop.engine.addImage(imageOf('b', 'web'));
		loop.reconciler.setTarget(
			targetOf({ letter: 'a', services: { web: {} } }, { letter: 'b', services: { web: {} } }),
		);
		await loop.pass(2000);
		expect(loop.condition('b')).to.have.property('phase', 'settled');
		expect(loop.condition('a')).to.have.property('phase', 'applying');
		expect(loop.board.snapshot().pulls).to.deep.equal({ [imageOf('a', 'web')]: 0 });
		goOn();
		await loop.pass(2000);
		expect(loop.condition('a')).to.have.property('phase', 'settled');
		expect(loop.board.snapshot().pulls).to.deep.equal({});
	});

	it('must back off from a failing pull, ever longer, and settle once the cause is gone', async () => {
		const failure = new SupervisorError('registry is down', { code: 'IMAGE_PULL_FAILED' });
		loop.engine.failNext('pullImage', failure, 5);
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass(100);
		expect(loop.condition()).to.include({
			phase: 'backoff',
			reason: 'registry is down',
			lastError: 'registry is down',
			retryInMs: 500,
			failures: 1,
		});
		await loop.pass(500 + 1000 + 2000);
		expect(loop.condition()).to.include({ phase: 'backoff', retryInMs: 4000, failures: 4 });
		await loop.pass(15_000);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
		expect(loop.condition()).not.to.have.property('lastError');
	});

	it('must let a new target cut a pause short', async () => {
		const failure = new SupervisorError('registry is down', { code: 'IMAGE_PULL_FAILED' });
		loop.engine.failNext('pullImage', failure, 12);
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass(5 * minute);
		expect(loop.condition()?.retryInMs).to.be.greaterThan(2 * minute);
		loop.engine.addImage(imageOf('a', 'web', 2));
		loop.reconciler.setTarget(targetOf({ services: { web: {} }, release: 2 }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must let a new target end the pull of the old one', async () => {
		loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass();
		loop.engine.addImage(imageOf('a', 'web', 2));
		loop.reconciler.setTarget(targetOf({ services: { web: {} }, release: 2 }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(loop.board.snapshot().pulls).to.deep.equal({});
	});

	it('must not call an app settled from the moment its target changes', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		loop.reconciler.setTarget(targetOf({ ...two, release: 2 }));
		expect(loop.condition()).to.include({ phase: 'applying', reason: 'the target changed' });
	});

	it('must replace what somebody removed', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		const [first] = loop.engine.world.containers.keys();
		await loop.engine.removeContainer(first ?? '', new AbortController().signal);
		await loop.pass(1000);
		expect(loop.containers().filter((text) => text.endsWith('running'))).to.have.length(2);
	});

	it('must remove an app that left the target, and forget it', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		loop.reconciler.setTarget(targetOf());
		await loop.pass(2000);
		expect(loop.containers()).to.deep.equal([]);
		expect([...loop.engine.world.images.keys()]).to.deep.equal([]);
		expect(loop.engine.world.volumes.size).to.equal(1);
		expect(loop.board.snapshot().apps).to.deep.equal({});
		expect(await loop.store.currentCommits()).to.deep.equal({});
	});

	it('must leave a rejected app as it is, tell why, and take it up again when it is sound', async () => {
		const target = targetOf(two);
		loop.reconciler.setTarget(target);
		await loop.pass(2000);
		const before = loop.containers();
		const rejected = { appUuid: appUuidOf(), reasons: ['services.web: image is missing'] };
		loop.reconciler.setTarget({ ...target, apps: [], rejected: [rejected] });
		await loop.pass(2000);
		expect(loop.containers()).to.deep.equal(before);
		expect(loop.condition()).to.include({ phase: 'rejected', reason: rejected.reasons[0] });
		loop.reconciler.setTarget(target);
		await loop.pass(2000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(loop.containers()).to.deep.equal(before);
	});

	it('must leave containers running when it stops', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		const changes = loop.engine.changes().length;
		await loop.stop();
		expect(loop.engine.changes()).to.have.length(changes);
	});

	it('must report an image for another architecture and leave the old release running', async () => {
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass(2000);
		const before = loop.containers();
		const failure = new SupervisorError('image is for arm64', {
			code: 'IMAGE_WRONG_ARCHITECTURE',
			retry: 'never',
		});
		loop.engine.failNext('pullImage', failure);
		loop.reconciler.setTarget(targetOf({ services: { web: {} }, release: 2 }));
		await loop.pass(2000);
		expect(loop.condition()).to.include({ phase: 'rejected', reason: 'image is for arm64' });
		expect(loop.containers()).to.deep.equal(before);
	});

	it('must call an app stuck whose plan changes nothing, instead of repeating it at once', async () => {
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass(2000);
		const { eventStreams, ...original } = loop.engine;
		expect(eventStreams).to.equal(1);
		Object.assign(loop.engine, {
			createContainer: () => Promise.resolve('made, says the engine'),
			startContainer: () => Promise.resolve(),
		});
		loop.reconciler.setTarget(targetOf({ services: { web: {} }, release: 2 }));
		await loop.pass(minute);
		expect(loop.condition()?.phase).to.equal('backoff');
		expect(loop.condition()?.reason).to.contain('three times').and.contain('createContainer');
		expect(loop.events.filter(({ kind }) => kind === 'stepStarted')).to.have.length.below(60);
		Object.assign(loop.engine, original);
		await loop.pass(2 * minute);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must end soon after its signal, in the middle of a pull', async () => {
		loop.engine.hold('pullImage');
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass();
		await loop.stop();
		expect(loop.clock.sleepers()).to.deep.equal([]);
		expect(loop.containers()).to.deep.equal([]);
	});

	it('must remove images that nothing needs any more, and try again when that fails', async () => {
		loop.reconciler.setTarget(targetOf({ services: { web: {} } }));
		await loop.pass(2000);
		loop.engine.failNext('removeImage', new Error('busy'));
		loop.reconciler.setTarget(targetOf({ services: { web: {} }, release: 2 }));
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		await loop.pass(2000);
		const images = [...loop.engine.world.images.values()];
		expect(images.flatMap(({ references }) => [...references])).to.deep.equal([
			imageOf('a', 'web', 2),
		]);
		const rows = await loop.store.listImages();
		expect(rows.map(({ reference }) => reference)).to.deep.equal([imageOf('a', 'web', 2)]);
	});

	it('must never remove an image it does not know', async () => {
		loop.engine.addImage('somebody/else:1');
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		expect(loop.engine.world.image('somebody/else:1')).not.to.equal(undefined);
	});

	it('must tell of a download until the device is settled', async () => {
		const told: boolean[] = [];
		loop.board.subscribe(({ updateDownloaded }) => void told.push(updateDownloaded));
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		expect(told).to.include(true);
		expect(told.at(-1)).to.equal(false);
	});

	it('must let what it has no say in happen without a plan: a container that restarts all the time', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		const before = loop.engine.changes().length;
		const [id = ''] = loop.engine.world.containers.keys();
		const ours = { id, attributes: { [labelNames.supervised]: 'true' } };
		for (let n = 0; n < 100; n++) {
			loop.engine.emit('container', 'die', ours);
			loop.engine.emit('container', 'start', ours);
			await loop.pass(100);
		}
		expect(loop.engine.changes()).to.have.length(before);
	});

	it('must take up an app again whose locks the device now overrides', async () => {
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(2000);
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		const second = targetOf({ ...two, release: 2 });
		loop.reconciler.setTarget(second);
		await loop.pass(minute);
		expect(loop.condition()).to.have.property('phase', 'locked');
		loop.locks.byUsers.clear();
		loop.reconciler.setTarget({ ...second, config: { SUPERVISOR_OVERRIDE_LOCK: '1' } });
		await loop.pass(1000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});
});
