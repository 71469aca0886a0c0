import type { RenameContainerStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The container has the new name. */
export async function renameContainer(
	{ container, name }: RenameContainerStep,
	{ engine, unbroken }: StepContext,
): Promise<void> {
	await engine.renameContainer(container, name, unbroken);
}
