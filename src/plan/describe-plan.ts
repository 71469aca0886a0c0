import type { Plan } from '../model/plan.ts';

/**
 * One line a step, in the plan's order: `#2 createContainer web after #1 (absent on engine)`; then one for each service
 * that waits: `web waits: db is not healthy yet`. Equal plans have equal text.
 */
export function describePlan(plan: Plan): string[] {
	const waits = (plan.waits ?? []).map(
		({ serviceName, reason }) => `${serviceName} waits: ${reason}`,
	);
	return [...describeSteps(plan), ...waits];
}

function describeSteps(plan: Plan): string[] {
	const numbers = new Map(plan.steps.map(({ id }, index) => [id, index + 1]));
	return plan.steps.map((step, index) => {
		const waits = step.after
			.flatMap((id) => numbers.get(id) ?? [])
			.sort((a, b) => a - b)
			.map((number) => `#${number}`);
		const after = waits.length === 0 ? '' : ` after ${waits.join(' ')}`;
		return `#${index + 1} ${step.kind} ${step.resource}${after} (${step.cause})`;
	});
}
