import type { StopContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container does not run; it is kept. */
export async function stopContainer(
	{ container }: StopContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.stopContainer(container, unbroken);
}
