import { hasCode, toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import { runStep } from './run-step.ts';
import type { StepContext } from './step-context.ts';

/** What a step needs of the plan's run. */
export interface StepRun extends Omit<
	StepContext,
	'onPlanOutdated' | 'unbroken' | 'onPullProgress'
> {
	readonly log: Logger;
	/** Hears of every step, in order; must not throw. */
	readonly onProgress: (event: ProgressEvent) => void;
}

/** `outdated`: it is done, but what waits for it is for another plan. */
export type Outcome = 'done' | 'outdated' | 'skipped' | Error;

/** Carries a step out, and tells of it. Never rejects. */
export async function perform(step: Step, run: StepRun): Promise<Outcome> {
	const { clock, log, onProgress, signal } = run;
	if (signal.aborted) return 'skipped';
	const startedMs = clock.monotonicMs();
	const fields = { step: step.kind, resource: step.resource, cause: step.cause };
	const outdated = new AbortController();
	const onPlanOutdated = (): void => outdated.abort();
	onProgress({ kind: 'stepStarted', step });
	try {
		await runStep(step, { ...contextOf(step, run), onPlanOutdated });
	} catch (thrown) {
		const tookMs = Math.round(clock.monotonicMs() - startedMs);
		if (isLeft(step) && isOver(signal)) return 'skipped';
		const err = toError(thrown);
		if (isPostponement(err)) {
			onProgress({ kind: 'stepPostponed', step });
			return err;
		}
		onProgress({ kind: 'stepFailed', step, err, tookMs });
		log.warn({ err, ...fields, tookMs }, 'step failed');
		return err;
	}
	const tookMs = Math.round(clock.monotonicMs() - startedMs);
	onProgress({ kind: 'stepDone', step, tookMs });
	log.info({ ...fields, tookMs }, 'step done');
	return isOver(outdated.signal) ? 'outdated' : 'done';
}

/** What the step needs is still being made elsewhere. */
export function isPostponement(err: Error): boolean {
	return hasCode(err, 'DELTA_PENDING');
}

/** Steps that take long are not waited for when the signal fires. */
function isLeft({ kind }: Step): boolean {
	return kind === 'pullImage' || kind === 'waitHandover';
}

/** Read anew: the signal may have fired since it was looked at. */
function isOver(signal: AbortSignal): boolean {
	return signal.aborted;
}

function contextOf(step: Step, run: StepRun): Omit<StepContext, 'onPlanOutdated'> {
	return {
		...run,
		unbroken: new AbortController().signal,
		onPullProgress: (percent) => {
			if (step.kind !== 'pullImage') return;
			const { image, appUuid } = step;
			run.onProgress({ kind: 'pullProgress', image, appUuid, percent });
		},
	};
}
