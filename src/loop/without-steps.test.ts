import { expect } from 'chai';
import { step } from '../execute/testing/executor-bench.ts';
import type { Step } from '../model/plan.ts';
import { withoutSteps } from './without-steps.ts';

const start = (id: string, ...after: string[]): Step =>
	step(id, { kind: 'startContainer', container: id }, { after });
const plan = {
	steps: [start('a'), start('b', 'a'), start('c', 'b'), start('d'), start('e', 'd', 'c')],
};

describe('withoutSteps', () => {
	const cases: { without: string[]; left: string }[] = [
		{ without: [], left: 'abcde' },
		{ without: ['unknown'], left: 'abcde' },
		{ without: ['a'], left: 'd' },
		{ without: ['b'], left: 'ad' },
		{ without: ['d'], left: 'abc' },
	];
	for (const { without, left } of cases) {
		it(`must leave what does not wait for them, without ${without.join() || 'any'}`, () => {
			const { steps } = withoutSteps(plan, new Set(without));
			expect(steps.map(({ id }) => id).join('')).to.equal(left);
		});
	}
});
