import { hasCode } from '../kit/errors.ts';
import type { ExecutionResult } from '../execute/executor.ts';
import type { Step } from '../model/plan.ts';
import type { AppState } from './app-state.ts';
import type { FallBack } from './fall-back.ts';
import type { LookOutcome } from './look-outcome.ts';
import { conclude, idsOf, pauseNow } from './pauses.ts';
import { isImageRefused, type PlanRun } from './plan-run.ts';
import type { AppLook } from './look-deps.ts';

const again: LookOutcome = { kind: 'again' };

/** A plan that was carried out. */
export interface CarriedOut {
	/** What describePlan says of it. */
	readonly text: string;
	readonly run: PlanRun;
	/** Old containers to start again, as their successors do not. */
	readonly fallBacks: readonly FallBack[];
}

/** Notes what became of the plan, and decides when to look again. */
export async function judge(
	look: AppLook,
	result: ExecutionResult,
	{ text, run, fallBacks }: CarriedOut,
): Promise<LookOutcome> {
	const { app, signal, deps } = look;
	if (result.ok) app.attempts.done(text);
	noteRefusedImages(app, result);
	if (result.failures.some(({ err }) => hasCode(err, 'NO_SPACE'))) deps.onNoSpace();
	const failure =
		result.failures.find(({ err }) => hasCode(err, 'UPDATES_LOCKED')) ?? result.failures[0];
	if (failure === undefined || signal.aborted) return again;
	if (!app.requests.isEmpty) return answerRequests(look, failure.err);
	if (isImageRefused(failure)) return again; // the plan goes on without it
	const isAway = hasCode(failure.err, 'ENGINE_UNAVAILABLE');
	if (isAway && !(await deps.engineAnswers(signal))) return { kind: 'engineAway' };
	if (run.isCut) return again;
	if (fallBacks.length > 0) await fallBackTo(look, fallBacks);
	if (run.hasFailed) return pauseNow(look);
	return conclude(look, failure.err, idsOf(result.failures.map(({ step }) => step)));
}

/** Where nothing runs after that, nothing is at stake: the new containers are tried again as soon as ever. */
async function fallBackTo(
	{ app, deps, signal }: AppLook,
	fallBacks: readonly FallBack[],
): Promise<void> {
	const failed = new Set<string>();
	const onFailure = ({ step }: { readonly step: Step }): void => void failed.add(step.id);
	const steps = fallBacks.map(({ start }) => start);
	const { ok } = await deps.execute({ steps }, { signal, onFailure });
	for (const { start, retryIds } of fallBacks) {
		if (failed.has(start.id)) app.attempts.alsoFailed(retryIds);
	}
	const services = fallBacks.map(({ start }) => start.resource);
	deps.log.info({ services, ok }, 'fell back to old containers');
}

function noteRefusedImages(app: AppState, { failures }: ExecutionResult): void {
	for (const { step, err } of failures) {
		if (step.kind === 'pullImage' && isImageRefused({ step, err })) {
			app.refusedImages.set(step.image, err.message);
		}
	}
}

/** Requests hear of the first failure, unless the world shows that theirs was done nevertheless. */
async function answerRequests({ app, signal, deps }: AppLook, err: Error): Promise<LookOutcome> {
	app.requests.settleBy(await deps.observe(signal));
	app.requests.rejectAll(err);
	return again;
}
