import type { ConnectNetworkStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container is attached to the network. */
export async function connectNetwork(
	{ container, attachment }: ConnectNetworkStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.connectNetwork(container, attachment, unbroken);
}
