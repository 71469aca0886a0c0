import type { RestartContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container has stopped, if it ran, and runs again. */
export async function restartContainer(
	{ container }: RestartContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.restartContainer(container, unbroken);
}
