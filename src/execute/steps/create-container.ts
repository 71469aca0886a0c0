import type { CreateContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** A container of this name exists. */
export async function createContainer(
	{ spec }: CreateContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.createContainer(spec, unbroken);
}
