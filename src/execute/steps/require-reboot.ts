import type { RequireRebootStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The breadcrumb says that a reboot is due, and for which service. */
export async function requireReboot(
	{ serviceKey, reason }: RequireRebootStep,
	{ rebootMark }: StepContext,
): Promise<void> {
	await rebootMark.add({ serviceKey, reason });
}
