import { expect } from 'chai';
import type { Step } from '../model/plan.ts';
import { toPlan } from './order.ts';

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

	it('must end with the closing steps, each after all that nothing waits for', () => {
		const { steps } = toPlan([step('a'), step('b', 'a'), step('c')], [step('x'), step('y')]);
		expect(steps.map(({ id, after }) => [id, after])).to.deep.equal([
			['a', []],
			['b', ['a']],
			['c', []],
			['x', ['b', 'c']],
			['y', ['x']],
		]);
	});
});
