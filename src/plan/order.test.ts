import { expect } from 'chai';
import type { Step } from '../model/plan.ts';
import { lastSteps, toPlan } from './order.ts';

function step(id: string, ...after: string[]): Step {
	return { kind: 'removeVolume', id, resource: id, cause: 'test', after, volume: id };
}

describe('toPlan', () => {
	it('must put steps after those they wait for, and keep the order otherwise', () => {
		const { steps } = toPlan([step('c', 'b'), step('x'), step('b', 'a'), step('a')]);
		expect(steps.map(({ id }) => id)).to.deep.equal(['a', 'b', 'c', 'x']);
	});

	it('must drop waits for steps that are not there, and detours', () => {
		const { steps } = toPlan([step('a', 'gone'), step('b', 'a'), step('c', 'a', 'b', 'b')]);
		expect(steps.map(({ after }) => after)).to.deep.equal([[], ['a'], ['b']]);
	});

	it('must refuse steps that wait for one another', () => {
		expect(() => toPlan([step('a', 'b'), step('b', 'a')])).to.throw('wait for one another');
	});
});

describe('lastSteps', () => {
	it('must name the steps that no other waits for', () => {
		expect(lastSteps([step('a'), step('b', 'a'), step('c')])).to.deep.equal(['b', 'c']);
	});
});
