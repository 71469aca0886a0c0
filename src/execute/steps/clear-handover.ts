import type { ClearHandoverStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** No sign of an earlier hand-over is left. */
export async function clearHandover(
	{ appId, serviceName }: ClearHandoverStep,
	{ handovers, handoverDeadlines }: StepContext,
): Promise<void> {
	handoverDeadlines.forget(appId, serviceName);
	await handovers.clear(appId, serviceName);
}
