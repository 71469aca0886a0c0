import type { WaitHandoverStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

const everyMs = 100;

/** The new container has given its sign, or the time is up. Rejects with the signal's reason when that fires before. */
export async function waitHandover(
	{ appId, serviceName, timeoutMs }: WaitHandoverStep,
	{ handovers, handoverDeadlines, clock, signal }: StepContext,
): Promise<void> {
	const endsAtMs = handoverDeadlines.endsAtMs(appId, serviceName, timeoutMs);
	let leftMs = endsAtMs - clock.monotonicMs();
	while (leftMs > 0 && !(await handovers.isGiven(appId, serviceName))) {
		await clock.sleep(Math.min(everyMs, leftMs), signal);
		leftMs = endsAtMs - clock.monotonicMs();
	}
	handoverDeadlines.forget(appId, serviceName);
}
