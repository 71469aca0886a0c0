import type { Plan, Step } from '../model/plan.ts';
import type { ServiceOutlook } from '../model/explanation.ts';
import { computeAppPlan, isAwaitingEngine, type AppPlanInput } from '../plan/app-plan.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { fallBackFor, type FallBack } from './fall-back.ts';
import { imageRecordsOf } from './image-ledger.ts';
import type { LookOutcome } from './look-outcome.ts';
import { conclude, idsOf, noteFailure, notePostponed, resume, stuckError } from './pauses.ts';
import { outlookOf } from './outlook.ts';
import { noteStart } from './note-start.ts';
import { beginRun, type PlanRunDeps } from './plan-run.ts';
import { withoutSteps } from './without-steps.ts';
import type { AppLook } from './look-deps.ts';
import { concludeEmptyPlan } from './look-at-rest.ts';
import { planInputFor } from './look-input.ts';
import { judge } from './look-verdict.ts';

const again: LookOutcome = { kind: 'again' };

/**
 * Reads the world, computes the app's plan and carries it out. The app's condition tells the outcome.
 * @throws whatever keeps the look from a plan: the engine, the store or the target's composition
 */
export async function lookAtApp(look: AppLook): Promise<LookOutcome> {
	const { app, signal, deps } = look;
	const observed = await deps.observe(signal);
	app.requests.settleBy(observed);
	if (app.target !== undefined) await deps.ledger.ensureRecorded(app.target, observed);
	const input = await planInputFor(look, observed);
	const whole = computeAppPlan(input);
	if (signal.aborted) return again;
	if (whole.steps.length === 0) {
		const isTooEarly = !app.requests.isEmpty && isAwaitingEngine(input);
		return isTooEarly ? { kind: 'rest' } : concludeEmptyPlan(look, input, whole); // the engine's event is the next trigger
	}
	const plan = withoutSteps(whole, app.attempts.resting());
	if (plan.steps.length === 0) return resume(look);
	const lines = describePlan(plan);
	const text = lines.join('\n');
	if (app.attempts.isStuck(text)) return conclude(look, stuckError(plan), idsOf(plan.steps));
	deps.log.info({ appUuid: app.appUuid, plan: lines }, 'plan');
	const isAsked = app.requests.intents.length > 0;
	deps.witness?.planMade({ appUuid: app.appUuid, plan, lines, isAsked });
	tellApplying(look, plan, outlookOf(whole));
	const imageRecords = imageRecordsOf(app.target);
	deps.ledger.expect(app.appUuid, imageRecords);
	const fallBacks: FallBack[] = [];
	const run = beginRun(plan, signal, runDepsOf(look, input, { plan, fallBacks }));
	app.run = run;
	try {
		const onDone = (step: Step): void => {
			run.noteDone(step);
			noteStart(step, { app, observed, deps });
		};
		const { noteFailure: onFailure, notePostponed: onPostponed, outdate: onOutdated } = run;
		const hears = { onDone, onFailure, onPostponed, onOutdated };
		const options = { signal: run.signal, imageRecords, ...hears };
		const noted = noteSwitch(look, plan);
		const result = await deps.execute(plan, options);
		await Promise.all([noted, run.untilAlone()]);
		return await judge(look, result, { text, run, fallBacks });
	} finally {
		run.end();
		app.run = undefined;
	}
}

/** On the disk long before anything stops; a disk that fails keeps nobody from an update. */
function noteSwitch({ app, deps }: AppLook, plan: Plan): Promise<void> {
	return deps.stopped
		.expectSwitch(app.appUuid, plan)
		.catch((err: unknown) => deps.log.warn({ err }, 'stops of an update could not be noted'));
}

function runDepsOf(
	look: AppLook,
	input: AppPlanInput,
	{ plan, fallBacks }: { readonly plan: Plan; readonly fallBacks: FallBack[] },
): PlanRunDeps {
	const { app, deps } = look;
	return {
		clock: deps.clock,
		planFor: (observed) =>
			withoutSteps(computeAppPlan({ ...input, observed }), app.attempts.resting()),
		doBeside: async (beside, run) => {
			const { signal, noteDone: onDone, noteFailure: onFailure, notePostponed: onPostponed } = run;
			const imageRecords = imageRecordsOf(app.target);
			await deps.execute(beside, { signal, imageRecords, onDone, onFailure, onPostponed });
		},
		onPostponed: ({ step, err }) => notePostponed(look, err, step),
		onFailure: (failure) => {
			const { step, err } = failure;
			if (step.kind === 'startContainer') deps.failedStarts.note(step);
			if (!app.requests.isEmpty) return 0; // who asked shall hear of it
			const isFurther = app.run?.hasFailed === true;
			const fallBack = fallBackFor(failure, { plan, observed: input.observed }, app.attempts);
			if (fallBack !== undefined) fallBacks.push(fallBack);
			const ids = fallBack?.retryIds ?? [step.id];
			return noteFailure(look, err, { stepIds: ids, isFurther, stake: fallBack?.stake });
		},
	};
}

function tellApplying(
	{ app, deps }: AppLook,
	{ steps }: Plan,
	services: Record<string, ServiceOutlook>,
): void {
	const { failures, lastError } = app.attempts;
	const [first] = steps;
	const reason = first === undefined ? '' : `${first.kind} ${first.resource}: ${first.cause}`;
	deps.conditions.set(app.appUuid, { phase: 'applying', reason, failures, lastError, services });
}
