import type { RemoveVolumeStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The volume and its data are gone. */
export async function removeVolume(
	{ volume }: RemoveVolumeStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.removeVolume(volume, unbroken);
}
