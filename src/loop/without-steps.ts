import type { Plan, Step } from '../model/plan.ts';

/**
 * What is left of the plan when these steps are not done: neither they nor whatever waits for them, nor locks that are
 * taken for nothing else.
 */
export function withoutSteps(plan: Plan, stepIds: ReadonlySet<string>): Plan {
	if (stepIds.size === 0) return plan;
	const byId = new Map(plan.steps.map((step) => [step.id, step]));
	const verdicts = new Map<string, boolean>();
	const isLeft = (step: Step): boolean => {
		const known = verdicts.get(step.id);
		if (known !== undefined) return known;
		const before = step.after.flatMap((id) => byId.get(id) ?? []);
		const verdict = !stepIds.has(step.id) && before.every(isLeft);
		verdicts.set(step.id, verdict);
		return verdict;
	};
	return { ...plan, steps: withoutVainLocks(plan.steps.filter(isLeft)) };
}

function withoutVainLocks(steps: readonly Step[]): readonly Step[] {
	const isVain = ({ kind, id }: Step): boolean =>
		kind === 'takeLocks' &&
		!steps.some((other) => other.kind !== 'releaseLocks' && other.after.includes(id));
	const left = steps.filter((step) => !isVain(step));
	const isHolding = left.some(({ kind }) => kind === 'takeLocks');
	return isHolding ? left : left.filter(({ kind }) => kind !== 'releaseLocks');
}
