import type { ChangeBootConfigStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The device boots with this configuration from its next boot on. */
export async function changeBootConfig(
	{ backend, change }: ChangeBootConfigStep,
	{ bootConfig }: StepContext,
): Promise<void> {
	await bootConfig.change(backend, change);
}
