import type { RemoveNetworkStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The network is gone. */
export async function removeNetwork(
	{ networkId }: RemoveNetworkStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.removeNetwork(networkId, unbroken);
}
