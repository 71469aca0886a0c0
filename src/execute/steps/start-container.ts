import type { StartContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container runs. */
export async function startContainer(
	{ container }: StartContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.startContainer(container, unbroken);
}
