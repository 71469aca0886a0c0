import { expect } from 'chai';
import { nextPlans, summaryOf, type PlanEvent, type Plans } from './plans.ts';

const at = '2026-01-01T00:00:00Z';
const made: PlanEvent = {
	...{ type: 'plan.made', at, appUuid: 'u' },
	steps: [
		{ id: 'pullImage web:2', kind: 'pullImage', resource: 'web:2', cause: 'image absent' },
		{ id: 'startContainer web', kind: 'startContainer', resource: 'web', cause: 'new' },
	],
};

const after = (...events: PlanEvent[]): Plans => [made, ...events].reduce(nextPlans, {});

describe('nextPlans', () => {
	it('must fill a plan in as its steps go', () => {
		const plans = after(
			{ type: 'step.started', at, appUuid: 'u', stepId: 'pullImage web:2' },
			{ type: 'pull.progress', at, appUuid: 'u', image: 'web:2', percent: 40 },
		);
		expect(plans.u?.steps.map(({ state, percent }) => [state, percent])).to.deep.equal([
			['running', 40],
			['waiting', undefined],
		]);
		const done = [
			{ type: 'step.done', at, appUuid: 'u', stepId: 'pullImage web:2', tookMs: 7 },
			{ type: 'step.failed', at, appUuid: 'u', stepId: 'startContainer web', error: 'no port' },
		].reduce(nextPlans, plans);
		expect(done.u && summaryOf(done.u)).to.deep.equal({
			...{ done: 1, total: 2, failed: 1, isOver: true },
		});
		expect(done.u?.steps[1]?.error).to.equal('no port');
	});

	it('must leave plans alone that an event does not concern', () => {
		const plans = after();
		const other: PlanEvent = { type: 'step.done', at, appUuid: 'v', stepId: 'startContainer web' };
		expect(nextPlans(plans, other)).to.equal(plans);
		expect(nextPlans(plans, { type: 'engine.up', at, appUuid: 'u' })).to.equal(plans);
	});
});
