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
		const waits = uniqueOf(step.after.filter((id) => byId.has(id)));
		for (const id of waits) {
			const before = byId.get(id);
			if (before !== undefined) visit(before);
		}
		marks.set(step.id, 'done');
		ordered.push({ ...step, after: waits });
	};
	for (const step of steps) visit(step);
	return { steps: withoutDetours(ordered) };
}

/** Longer lists are left as they are, so that the work stays linear. */
const longestReduced = 16;

function uniqueOf(ids: readonly string[]): readonly string[] {
	return ids.length < 2 ? ids : [...new Set(ids)];
}

/** Leaves out what a step need not say, as another step it waits for waits for it too. */
function withoutDetours(steps: readonly Step[]): Step[] {
	const waits = new Map(steps.map(({ id, after }) => [id, after]));
	const isBefore = (id: string, other: string): boolean => {
		const after = waits.get(other) ?? [];
		return after.length <= longestReduced && after.includes(id);
	};
	return steps.map((step) => {
		if (step.after.length < 2 || step.after.length > longestReduced) return step;
		const isImplied = (id: string): boolean => step.after.some((other) => isBefore(id, other));
		return { ...step, after: step.after.filter((id) => !isImplied(id)) };
	});
}

/** Ids of the steps that no other waits for. */
export function lastSteps(steps: readonly Step[]): string[] {
	const awaited = new Set<string>();
	for (const { after } of steps) {
		for (const id of after) awaited.add(id);
	}
	return steps.map(({ id }) => id).filter((id) => !awaited.has(id));
}
