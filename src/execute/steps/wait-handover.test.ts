import { expect } from 'chai';
import { describeHandoverSigns } from '../../ports/testing/handover-signs-contract.ts';
import {
	createExecutorBench,
	createFakeHandovers,
	settle,
	step,
} from '../testing/executor-bench.ts';

const never = new AbortController().signal;
const wait = step('wait', {
	kind: 'waitHandover',
	appId: 1,
	serviceName: 'web',
	timeoutMs: 60_000,
});

describeHandoverSigns('signs in memory', () => {
	const signs = createFakeHandovers();
	return {
		signs,
		give: (appId, serviceName) => Promise.resolve(void signs.given.add(`${appId}/${serviceName}`)),
	};
});

describe('waiting for a hand-over', () => {
	it('must end soon after the sign is given', async () => {
		const { executor, handovers, clock, told } = createExecutorBench();
		const running = executor.execute({ steps: [wait] }, { signal: never });
		await settle();
		await clock.advance(30_000);
		expect(told()).to.deep.equal(['stepStarted wait']);
		handovers.given.add('1/web');
		await clock.advance(100);
		expect(await running).to.have.property('ok', true);
	});

	it('must end when the time is up', async () => {
		const { executor, clock } = createExecutorBench();
		const running = executor.execute({ steps: [wait] }, { signal: never });
		await settle();
		await clock.advance(60_100);
		expect(await running).to.have.property('ok', true);
	});

	it('must be left when the signal fires', async () => {
		const { executor, told } = createExecutorBench();
		const abort = new AbortController();
		const running = executor.execute({ steps: [wait] }, { signal: abort.signal });
		await settle();
		abort.abort();
		expect(await running).to.include({ ok: false, aborted: true });
		expect(told()).to.deep.equal(['stepStarted wait', 'stepSkipped wait']);
	});

	it('must keep no other step of the plan waiting, however many wait', async () => {
		const { executor, engine, clock } = createExecutorBench();
		const waits = Array.from({ length: 20 }, (_, n) => ({ ...wait, id: `wait ${n}` }));
		const volume = step('volume', {
			kind: 'createVolume',
			spec: { name: 'v', driver: 'local', driverOpts: {}, labels: {} },
		});
		const running = executor.execute({ steps: [...waits, volume] }, { signal: never });
		await settle();
		expect(engine.changes()).to.deep.equal(['createVolume v']);
		await clock.advance(60_100);
		await running;
	});

	it('must go on with a wait that was left, and begin anew once signs are cleared', async () => {
		const { executor, clock } = createExecutorBench();
		const abort = new AbortController();
		const left = executor.execute({ steps: [wait] }, { signal: abort.signal });
		await settle();
		await clock.advance(50_000);
		abort.abort();
		await left;
		const joined = executor.execute({ steps: [wait] }, { signal: never });
		await settle();
		await clock.advance(10_100);
		expect(await joined).to.have.property('ok', true);
		const clear = step('clear', { kind: 'clearHandover', appId: 1, serviceName: 'web' });
		let isOver = false;
		const anew = executor
			.execute({ steps: [clear, { ...wait, after: ['clear'] }] }, { signal: never })
			.then(() => (isOver = true));
		await settle();
		await clock.advance(59_000);
		expect(isOver).to.equal(false);
		await clock.advance(1100);
		await anew;
	});
});
