import type { CreateNetworkStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** A network of this name exists. */
export async function createNetwork(
	{ spec }: CreateNetworkStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.createNetwork(spec, unbroken);
}
