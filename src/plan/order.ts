import type { Plan, Step } from '../model/plan.ts';

/**
 * Makes a plan of steps: each waits only for steps that are there, and comes after all it waits for; apart from that
 * the given order is kept.
 * @throws {Error} if steps wait for one another in a circle: a defect of the planner
 */
export function toPlan(steps: readonly Step[]): Plan {
	const byId = new Map(steps.map((step) => [step.id, step]));
	const marks = new Map<string, 'open' | 'done'>();
	const ordered: Step[] = [];
	const visit = (step: Step): void => {
		const mark = marks.get(step.id);
		if (mark === 'open') throw new Error(`steps wait for one another: ${step.id}`);
		if (mark === 'done') return;
		marks.set(step.id, 'open');
		const waits = new Set(step.after.filter((id) => byId.has(id)));
		for (const id of waits) {
			const before = byId.get(id);
			if (before !== undefined) visit(before);
		}
		marks.set(step.id, 'done');
		ordered.push({ ...step, after: [...waits] });
	};
	for (const step of steps) visit(step);
	return { steps: ordered };
}

/** Ids of the steps that no other waits for. */
export function lastSteps(steps: readonly Step[]): string[] {
	const awaited = new Set(steps.flatMap(({ after }) => after));
	return steps.map(({ id }) => id).filter((id) => !awaited.has(id));
}
