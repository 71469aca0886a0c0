import type { UpdateRestartPolicyStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The engine starts the container again by this policy. */
export async function updateRestartPolicy(
	{ container, policy }: UpdateRestartPolicyStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.updateRestartPolicy(container, policy, unbroken);
}
