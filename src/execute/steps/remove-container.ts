import type { RemoveContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container and its anonymous volumes are gone. */
export async function removeContainer(
	{ container }: RemoveContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.removeContainer(container, unbroken);
}
