import type { WaitHandoverStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

const everyMs = 100;

/** The new container has given its sign, or the time is up. Rejects with the signal's reason when that fires before. */
export async function waitHandover(
	{ appId, serviceName, timeoutMs }: WaitHandoverStep,
	{ handovers, clock, signal }: StepContext,
): Promise<void> {
	const endsAtMs = clock.monotonicMs() + timeoutMs;
	while (!(await handovers.isGiven(appId, serviceName))) {
		const leftMs = endsAtMs - clock.monotonicMs();
		if (leftMs <= 0) return;
		await clock.sleep(Math.min(everyMs, leftMs), signal);
	}
}
