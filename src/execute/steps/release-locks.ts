import type { ReleaseLocksStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The run holds none of these locks. */
export async function releaseLocks(
	{ appId, services }: ReleaseLocksStep,
	{ locks }: StepContext,
): Promise<void> {
	await locks.release(appId, services);
}
