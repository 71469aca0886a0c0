import type { ClearHandoverStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** No sign of an earlier hand-over is left. */
export async function clearHandover(
	{ appId, serviceName }: ClearHandoverStep,
	{ handovers }: StepContext,
): Promise<void> {
	await handovers.clear(appId, serviceName);
}
