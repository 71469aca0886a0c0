import type { CreateVolumeStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** A volume of this name exists. */
export async function createVolume(
	{ spec }: CreateVolumeStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.createVolume(spec, unbroken);
}
