import type { TakeLocksStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The run holds the update locks of these services. */
export async function takeLocks(
	{ appId, services, force }: TakeLocksStep,
	{ locks }: StepContext,
): Promise<void> {
	await locks.take(appId, services, { force });
}
