import { expect } from 'chai';
import type { DeltaAnswer, DeltaServer } from '../ports/cloud.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { createLoopWorld } from './testing/loop-world.ts';
import { createMortalEngine } from './testing/mortal-engine.ts';
import { appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const kill = { 'io.balena.update.strategy': 'kill-then-download' };
const web = (release: number, labels = {}): TestApp => ({
	release,
	services: { web: { labels } },
});
const [former, wanted] = [imageOf('a', 'web'), imageOf('a', 'web', 2)];
const delta = 'registry.test/a/web:delta';
const ready: DeltaAnswer = { kind: 'ready', name: delta, token: 'T' };
const processing: DeltaAnswer = { kind: 'processing' };

describe('reconciler and deltas', () => {
	let loop: LoopBench;
	let answers: DeltaAnswer[];
	let wishes: string[];
	const server: DeltaServer = {
		ask({ image, source }) {
			wishes.push(`${image} of ${source}`);
			return Promise.resolve(answers.shift() ?? processing);
		},
	};

	beforeEach(async () => {
		[answers, wishes] = [[], []];
		loop = startLoop(undefined, server);
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});
	afterEach(() => loop.stop());

	const images = (): string[] =>
		[...loop.engine.world.images.values()].flatMap(({ references }) => [...references]).sort();
	const seen = (kind: string): number => loop.events.filter((event) => event.kind === kind).length;

	it('must ask for no delta of the first image of a service', () => {
		expect(wishes).to.deep.equal([]);
	});

	it('must make a new image of the one that the service has', async () => {
		answers = [ready];
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(3000);
		expect(wishes).to.deep.equal([`${wanted} of ${former}`]);
		expect(loop.engine.changes()).to.include(`pullImage ${delta}`);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(images()).to.deep.equal([wanted]);
	});

	it('must wait for a delta that is being made, and call that no failure', async () => {
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(3000);
		expect(loop.condition()).to.include({
			phase: 'waiting',
			reason: 'for the delta of web, which is still being made',
			failures: 0,
			lastError: undefined,
		});
		expect([seen('stepPostponed'), seen('stepFailed')]).to.deep.equal([1, 0]);
		expect(wishes).to.have.lengthOf(1);
		expect(loop.containers()).to.have.lengthOf(1);
		answers = [processing, ready];
		await loop.pass(8000);
		expect(wishes).to.have.lengthOf(2);
		await loop.pass(21_000);
		expect(wishes).to.have.lengthOf(3);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(images()).to.deep.equal([wanted]);
		expect(seen('stepFailed')).to.equal(0);
	});

	it('must pull the image whole when the delta is not made in time', async () => {
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(10_000 + 20_000 + 40_000 + 5000);
		expect(wishes).to.have.lengthOf(4);
		expect(seen('stepPostponed')).to.equal(3);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(images()).to.deep.equal([wanted]);
	});

	it('must let other services go on while one waits', async () => {
		const services = { web: {}, job: { image: imageOf('a', 'job', 2) } };
		loop.reconciler.setTarget(targetOf({ release: 2, services }));
		await loop.pass(3000);
		expect(images())
			.to.include(imageOf('a', 'job', 2))
			.and.not.include(wanted);
		expect(loop.condition()).to.have.property('phase', 'waiting');
		answers = [ready];
		await loop.pass(12_000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must ask again at once when somebody wants to', async () => {
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(3000);
		answers = [ready];
		loop.reconciler.retryNow({});
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must leave the wait for a new target', async () => {
		loop.reconciler.setTarget(targetOf(web(2)));
		await loop.pass(3000);
		answers = [{ kind: 'none', reason: 'nobody', isLasting: false }];
		loop.reconciler.setTarget(targetOf(web(3)));
		await loop.pass(3000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(images()).to.deep.equal([imageOf('a', 'web', 3)]);
	});

	it('must keep the image that the delta is made of, although nothing uses it', async () => {
		loop.reconciler.setTarget(targetOf(web(2, kill)));
		await loop.pass(5000);
		expect(loop.containers()).to.deep.equal([]);
		expect(images()).to.deep.equal([former]);
		answers = [ready];
		await loop.pass(12_000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(images()).to.deep.equal([wanted]);
	});

	for (const isLastCallDone of [false, true]) {
		it(`must leave nothing of a delta behind wherever it is killed, the last call ${isLastCallDone ? '' : 'not '}done`, async () => {
			let isDead = true;
			for (let afterChanges = 0; isDead; afterChanges++) {
				await loop.stop();
				const world = createLoopWorld();
				loop = startLoop(world, server);
				loop.reconciler.setTarget(targetOf(web(1)));
				await loop.pass(3000);
				await loop.stop();
				answers = [ready, ready, ready, ready];
				const mortal = createMortalEngine(world.engine, { afterChanges, isLastCallDone });
				const killed = startLoop({ ...world, engine: mortal.engine }, server);
				killed.reconciler.setTarget(targetOf(web(2)));
				await killed.pass(3000);
				isDead = mortal.isDead();
				if (!isDead) await killed.stop();
				loop = startLoop(world, server);
				loop.reconciler.setTarget(targetOf(web(2)));
				await loop.pass(5000);
				const at = `killed at change ${afterChanges}`;
				expect(loop.condition(), at).to.have.property('phase', 'settled');
				expect(images(), at).to.deep.equal([wanted]);
				expect(await world.store.listImages(), at).to.have.lengthOf(1);
			}
		});
	}

	it('must remove the name of a delta that the former process left behind', async () => {
		await loop.engine.pullImage(delta, { signal: new AbortController().signal });
		await loop.store.recordImages([
			{
				...{ reference: delta, appUuid: appUuidOf(), serviceName: 'web' },
				...{ serviceId: 1, imageId: 1, releaseId: 1, commit: 'c' },
			},
		]);
		await loop.stop();
		loop = startLoop(loop, server);
		loop.reconciler.setTarget(targetOf(web(1)));
		await loop.pass(3000);
		expect(images()).to.deep.equal([former]);
		expect(await loop.store.listImages()).to.have.lengthOf(1);
	});
});
