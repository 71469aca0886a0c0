import { expect } from 'chai';
import { hasCode } from '../kit/errors.ts';
import type { Step } from '../model/plan.ts';
import type { DeltaAnswer } from '../ports/cloud.ts';
import { holderNameOf } from './delta-pulls.ts';
import { createExecutorBench, settle, step } from './testing/executor-bench.ts';

const never = new AbortController().signal;
const image = 'registry.test/v2/b:2';
const deltaSource = 'registry.test/v2/a:1';
const delta = 'registry.test/v2/b:delta';
const holder = holderNameOf(image);
const patience = () => ({ retryCount: 3, retryIntervalMs: 10_000, applyTimeoutMs: 0 });
const benchWith = (...answers: readonly DeltaAnswer[]) => {
	const left = [...answers];
	const wishes: string[] = [];
	const bench = createExecutorBench({
		deltas: {
			patience,
			server: {
				ask: ({ image: wanted, source }) => {
					wishes.push(`${wanted} of ${source}`);
					return Promise.resolve(
						left.shift() ?? { kind: 'none', reason: 'nobody', isLasting: false },
					);
				},
			},
		},
	});
	return { ...bench, wishes };
};
const pull = (fields: { readonly deltaSource?: string } = { deltaSource }): Step =>
	step('pull', { kind: 'pullImage', image, services: [], ...fields });
const after = step(
	'after',
	{ kind: 'createVolume', spec: { name: 'v', driver: 'local', driverOpts: {}, labels: {} } },
	{ after: ['pull'] },
);
const row = {
	...{ reference: image, appUuid: 'u', serviceName: 'web' },
	...{ serviceId: 1, imageId: 2, releaseId: 2, commit: 'c' },
};

describe('executor and deltas', () => {
	it('must ask for a delta of the source that the step names, and pull it before the image', async () => {
		const { executor, engine, wishes } = benchWith({ kind: 'ready', name: delta, token: 'T' });
		const { ok } = await executor.execute({ steps: [pull()] }, { signal: never });
		expect(ok).to.equal(true);
		expect(wishes).to.deep.equal([`${image} of ${deltaSource}`]);
		expect(engine.changes()).to.deep.equal([
			`pullImage ${delta}`,
			`tagImage ${delta}`,
			`removeImage ${delta}`,
			`pullImage ${image}`,
			`removeImage ${holder}`,
		]);
	});

	it('must remember the name of a delta for as long as the engine may have it', async () => {
		const { executor, stored } = benchWith({ kind: 'ready', name: delta, token: 'T' });
		await executor.execute({ steps: [pull()] }, { signal: never, imageRecords: [row] });
		expect(stored).to.deep.equal([
			...[`${delta} web`, `${holder} web`],
			...[`forget ${delta}`, `forget ${holder}`, `${image} web`],
		]);
	});

	it('must ask nobody where the step names no source', async () => {
		const { executor, engine, wishes } = benchWith({ kind: 'ready', name: delta, token: 'T' });
		await executor.execute({ steps: [pull({})] }, { signal: never });
		expect(wishes).to.deep.equal([]);
		expect(engine.changes()).to.deep.equal([`pullImage ${image}`]);
	});

	it('must pull whole where nobody makes deltas', async () => {
		const { executor, engine } = createExecutorBench();
		await executor.execute({ steps: [pull()] }, { signal: never });
		expect(engine.changes()).to.deep.equal([`pullImage ${image}`]);
	});

	it('must put the step off while the delta is being made, without a failure', async () => {
		const { executor, told, engine } = benchWith({ kind: 'processing' });
		const failures: unknown[] = [];
		const postponed: string[] = [];
		const result = await executor.execute(
			{ steps: [pull(), after] },
			{
				signal: never,
				onFailure: (failure) => failures.push(failure),
				onPostponed: ({ step: { id }, err }) =>
					postponed.push(`${id} ${hasCode(err, 'DELTA_PENDING') ? err.retryAfterMs : err}`),
			},
		);
		expect(result).to.deep.equal({ ok: false, failures: [], aborted: false });
		expect(failures).to.deep.equal([]);
		expect(postponed).to.deep.equal(['pull 10000']);
		expect(told()).to.deep.equal(['stepStarted pull', 'stepPostponed pull', 'stepSkipped after']);
		expect(engine.changes()).to.deep.equal([]);
	});

	it('must tell percents that never fall, and 100 only when the image is there', async () => {
		const { executor, engine, events } = benchWith({ kind: 'ready', name: delta, token: 'T' });
		await executor.execute({ steps: [pull()] }, { signal: never });
		const percents = events.flatMap((event) =>
			event.kind === 'pullProgress' ? [event.percent] : [],
		);
		expect(percents).to.deep.equal([...percents].sort((a, b) => a - b));
		expect(percents.filter((percent) => percent === 100)).to.have.lengthOf(1);
		expect(percents).to.include(99);
		expect(engine.world.images.size).to.equal(1);
	});

	it('must make one delta for all who want the image', async () => {
		const { executor, engine, wishes } = benchWith({ kind: 'ready', name: delta, token: 'T' });
		const goOn = engine.hold('pullImage');
		const plans = [1, 2].map(() => executor.execute({ steps: [pull()] }, { signal: never }));
		await settle();
		goOn();
		for (const { ok } of await Promise.all(plans)) expect(ok).to.equal(true);
		expect(wishes).to.have.lengthOf(1);
	});
});
