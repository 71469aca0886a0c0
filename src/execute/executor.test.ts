import { expect } from 'chai';
import { AppUuid, Commit } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import { createExecutorBench, settle, step } from './testing/executor-bench.ts';

const forever = new AbortController().signal;
const pull = (id: string, image: string, after: readonly string[] = []): Step =>
	step(id, { kind: 'pullImage', image, services: [] }, { after });
const volume = (id: string, after: readonly string[] = []): Step =>
	step(
		id,
		{ kind: 'createVolume', spec: { name: id, driver: 'local', driverOpts: {}, labels: {} } },
		{ after },
	);

describe('executor', () => {
	it('must do nothing and succeed on an empty plan', async () => {
		const { executor, engine } = createExecutorBench();
		const result = await executor.execute({ steps: [] }, { signal: forever });
		expect(result).to.deep.equal({ ok: true, failures: [], aborted: false });
		expect(engine.calls).to.deep.equal([]);
	});

	it('must start a step the moment what it waits for is done, whatever else still runs', async () => {
		const { executor, engine, told } = createExecutorBench();
		const goOn = engine.hold('pullImage');
		const running = executor.execute(
			{ steps: [pull('slow', 'a'), volume('one'), volume('two', ['one'])] },
			{ signal: forever },
		);
		await settle();
		expect(told()).to.include('stepDone two').and.not.include('stepDone slow');
		goOn();
		expect(await running).to.have.property('ok', true);
	});

	it('must skip only the dependents of a failed step, and wait for the other branches', async () => {
		const { executor, engine, told } = createExecutorBench();
		engine.failNext('createVolume', new Error('no'));
		const goOn = engine.hold('pullImage');
		const running = executor.execute(
			{ steps: [volume('bad'), volume('child', ['bad']), pull('good', 'a')] },
			{ signal: forever },
		);
		await settle();
		expect(told()).to.include('stepFailed bad').and.include('stepSkipped child');
		goOn();
		const { ok, failures, aborted } = await running;
		expect({ ok, aborted }).to.deep.equal({ ok: false, aborted: false });
		expect(failures.map(({ step: { id }, err }) => `${id}: ${err.message}`)).to.deep.equal([
			'bad: no',
		]);
		expect(told()).to.include('stepDone good');
	});

	it('must begin no step after the signal, leave pulls, and let other running steps finish', async () => {
		const { executor, engine, told } = createExecutorBench();
		const abort = new AbortController();
		const goOn = engine.hold('createVolume');
		engine.hold('pullImage');
		const running = executor.execute(
			{ steps: [pull('pull', 'a'), volume('one'), volume('two', ['one'])] },
			{ signal: abort.signal },
		);
		await settle();
		abort.abort();
		await settle();
		goOn();
		const result = await running;
		expect(result).to.deep.equal({ ok: false, failures: [], aborted: true });
		expect(told())
			.to.include('stepDone one')
			.and.include('stepSkipped two')
			.and.include('stepSkipped pull');
	});

	it('must run at most three pulls of a plan at once', async () => {
		const { executor, engine } = createExecutorBench();
		const goOn = engine.hold('pullImage');
		const running = executor.execute(
			{ steps: ['a', 'b', 'c', 'd', 'e'].map((image) => pull(image, image)) },
			{ signal: forever },
		);
		await settle();
		expect(engine.changes()).to.have.length(3);
		goOn();
		expect(await running).to.have.property('ok', true);
		expect(engine.changes()).to.have.length(5);
	});

	it('must refuse a plan that cannot be ordered before it does anything', async () => {
		const { executor, engine } = createExecutorBench();
		const cycle = { steps: [volume('a', ['b']), volume('b', ['a'])] };
		const err: unknown = await executor
			.execute(cycle, { signal: forever })
			.catch((thrown: unknown) => thrown);
		expect(err).to.have.property('code', 'INTERNAL');
		expect(engine.calls).to.deep.equal([]);
	});

	it('must remember a pulled image for each service, and forget a removed one', async () => {
		const { executor, stored } = createExecutorBench();
		const row = { appUuid: 'u', serviceId: 1, imageId: 1, releaseId: 1, commit: 'c' };
		await executor.execute(
			{
				steps: [
					pull('pull', 'a'),
					step('drop', { kind: 'removeImage', references: ['x', 'y'] }),
					step(
						'commit',
						{ kind: 'recordCommit', commit: Commit.parse('c') },
						{ appUuid: AppUuid.parse('u') },
					),
				],
			},
			{
				signal: forever,
				imageRecords: [
					{ ...row, reference: 'a', serviceName: 'web' },
					{ ...row, reference: 'a', serviceName: 'worker' },
					{ ...row, reference: 'b', serviceName: 'other' },
				],
			},
		);
		expect(stored).to.have.members(['a web', 'a worker', 'forget x y', 'u at c']);
	});
});

describe('executor with update locks', () => {
	const take = step('take', { kind: 'takeLocks', appId: 1, services: ['web'], force: false });

	it('must hold no lock after a run that failed', async () => {
		const { executor, engine, locks } = createExecutorBench();
		engine.failNext('createVolume', new Error('no'));
		const steps = [
			take,
			volume('bad', ['take']),
			step('release', { kind: 'releaseLocks', appId: 1, services: ['web'] }, { after: ['bad'] }),
		];
		await executor.execute({ steps }, { signal: forever });
		expect([...locks.held]).to.deep.equal([]);
	});

	it('must hold no lock after a run that was aborted', async () => {
		const { executor, engine, locks } = createExecutorBench();
		const abort = new AbortController();
		const goOn = engine.hold('createVolume');
		const running = executor.execute(
			{ steps: [take, volume('one', ['take']), volume('two', ['one'])] },
			{ signal: abort.signal },
		);
		await settle();
		expect([...locks.held]).to.deep.equal(['1/web']);
		abort.abort();
		goOn();
		await running;
		expect([...locks.held]).to.deep.equal([]);
	});

	it('must report the lock a user holds and touch nothing behind it', async () => {
		const { executor, engine, locks } = createExecutorBench();
		locks.byUsers.add('1/web');
		const { failures } = await executor.execute(
			{ steps: [take, volume('one', ['take'])] },
			{ signal: forever },
		);
		expect(failures.map(({ err }) => err.message)).to.deep.equal([
			'Lockfile exists for { appId: 1, service: web }',
		]);
		expect(engine.changes()).to.deep.equal([]);
	});
});

describe('executor with shared pulls', () => {
	it('must pull an image once for two plans, and tell both the percents', async () => {
		const { executor, engine, events } = createExecutorBench();
		const goOn = engine.hold('pullImage');
		const both = [1, 2].map(() =>
			executor.execute({ steps: [pull('p', 'same')] }, { signal: forever }),
		);
		await settle();
		goOn();
		await Promise.all(both);
		expect(engine.changes()).to.deep.equal(['pullImage same']);
		const percents = events.flatMap((event) =>
			event.kind === 'pullProgress' ? [event.percent] : [],
		);
		expect(percents.filter((percent) => percent === 100)).to.have.length(2);
	});

	it('must go on for one plan when the other is aborted', async () => {
		const { executor, engine } = createExecutorBench();
		const goOn = engine.hold('pullImage');
		const abort = new AbortController();
		const first = executor.execute({ steps: [pull('p', 'same')] }, { signal: abort.signal });
		const second = executor.execute({ steps: [pull('p', 'same')] }, { signal: forever });
		await settle();
		abort.abort();
		expect(await first).to.have.property('aborted', true);
		goOn();
		expect(await second).to.have.property('ok', true);
	});

	it('must end a pull some seconds after nobody waits for it any more, unless somebody joins', async () => {
		const { executor, engine, clock } = createExecutorBench();
		engine.hold('pullImage');
		const abort = new AbortController();
		const plan = { steps: [pull('p', 'same')] };
		const first = executor.execute(plan, { signal: abort.signal });
		await settle();
		abort.abort();
		await first;
		await clock.advance(3000);
		const again = new AbortController();
		const second = executor.execute(plan, { signal: again.signal });
		await settle();
		await clock.advance(60_000);
		expect(engine.changes()).to.have.length(1);
		again.abort();
		await second;
		await clock.advance(6000);
		const third = executor.execute(plan, { signal: again.signal });
		await third;
		const fresh = new AbortController();
		const fourth = executor.execute(plan, { signal: fresh.signal });
		await settle();
		expect(engine.changes()).to.have.length(2);
		fresh.abort();
		await fourth;
		await executor.drain();
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must fail the step with the pull', async () => {
		const { executor, engine } = createExecutorBench();
		engine.unpublish('gone');
		const { failures } = await executor.execute(
			{ steps: [pull('p', 'gone')] },
			{ signal: forever },
		);
		expect(failures[0]?.err).to.have.property('code', 'IMAGE_PULL_FAILED');
	});
});
