import type { Logger } from '../kit/logger.ts';
import { hasCode } from '../kit/errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { Executor, ExecutionResult } from '../execute/executor.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent, Plan, Step } from '../model/plan.ts';
import type { ServiceOutlook } from '../model/explanation.ts';
import type { AppCondition } from '../model/snapshot.ts';
import type { TargetApp } from '../model/target.ts';
import { computeAppPlan, isAwaitingEngine, type AppPlanInput } from '../plan/app-plan.ts';
import type { DeviceContext } from '../plan/context.ts';
import type { ServiceImages } from '../plan/delta-source.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { indexObserved } from '../plan/observed-index.ts';
import { servicesAwaitingReboot } from '../plan/reboots.ts';
import type { AdoptedContainers } from './adopted-containers.ts';
import type { AppState } from './app-state.ts';
import type { Conditions } from './conditions.ts';
import { fallBackFor, type FallBack } from './fall-back.ts';
import type { FailedStarts } from './failed-starts.ts';
import { imageRecordsOf, type ImageLedger } from './image-ledger.ts';
import type { LoopWitness } from './loop-witness.ts';
import type { LookOutcome } from './look-outcome.ts';
import {
	conclude,
	idsOf,
	noteFailure,
	notePostponed,
	pauseNow,
	resume,
	stuckError,
} from './pauses.ts';
import { outlookOf } from './outlook.ts';
import { beginRun, isImageRefused, type PlanRun, type PlanRunDeps } from './plan-run.ts';
import { refusedStartOf } from './refused-starts.ts';
import type { StoppedServices } from './stopped-services.ts';
import { withoutSteps } from './without-steps.ts';

export interface LookDeps {
	/** The world as it is now. @throws {SupervisorError} ENGINE_UNAVAILABLE */
	readonly observe: (signal: AbortSignal) => Promise<ObservedState>;
	readonly engineAnswers: (signal: AbortSignal) => Promise<boolean>;
	/** Facts for the app's containers. @param target - absent: the app goes */
	readonly contextFor: (target: TargetApp | undefined) => Promise<DeviceContext>;
	readonly currentCommit: (appUuid: string) => string | undefined;
	readonly execute: Executor['execute'];
	readonly ledger: ImageLedger;
	/** All apps of the target. */
	readonly targetApps: () => readonly TargetApp[];
	/** See AppPlanInput.oldImages. */
	readonly oldImages: (appUuid: string) => Record<string, readonly string[]>;
	/** See AppPlanInput.deltaImages. */
	readonly deltaImages: (appUuid: string) => ServiceImages;
	readonly conditions: Conditions;
	readonly stopped: Pick<StoppedServices, 'release' | 'wishesFor' | 'expectSwitch'>;
	/** There is no room for an image. */
	readonly onNoSpace: () => void;
	readonly failedStarts: FailedStarts;
	readonly adoptions: Pick<AdoptedContainers, 'reckonWith'>;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	readonly witness?: Pick<LoopWitness, 'planMade'> | undefined;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly log: Logger;
}

/** One look at an app, and what it leads to. The signal fires when the app's target changes. */
export interface AppLook {
	readonly app: AppState;
	readonly signal: AbortSignal;
	readonly deps: LookDeps;
}

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
			noteRestart(look, step, observed);
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

/** Who asked for a restart hears of it at once, as the world does not show it. */
function noteRestart({ app }: AppLook, step: Step, observed: ObservedState): void {
	if (step.kind !== 'restartContainer') return;
	app.requests.noteRestarted(step.container);
	app.requests.settleBy(observed);
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

async function planInputFor(look: AppLook, observed: ObservedState): Promise<AppPlanInput> {
	const { app, deps } = look;
	const { appUuid, appId, requests, refusedImages, specs } = app;
	const target = app.target && specs.reckonWith(app.target, indexObserved(observed));
	const wishes = target === undefined ? [] : await ownWishes(look, target, observed);
	const input: AppPlanInput = {
		appUuid,
		appId,
		target,
		apps: deps.targetApps(),
		observed,
		context: await deps.contextFor(target),
		intents: [...wishes, ...requests.intents],
		currentCommit: deps.currentCommit(appUuid),
		force: app.force || requests.isForced,
		refusedImages: [...refusedImages.keys()],
		oldImages: deps.oldImages(appUuid),
		deltaImages: deps.deltaImages(appUuid),
		specs,
	};
	return { ...input, adopted: await deps.adoptions.reckonWith(input) };
}

/** Starts that nobody asks for now: of what was stopped until now, and of what the engine could not start. */
async function ownWishes(
	{ app, deps, signal }: AppLook,
	target: TargetApp,
	observed: ObservedState,
): Promise<readonly Intent[]> {
	for (const intent of app.requests.intents) {
		if (intent.kind === 'stop') deps.failedStarts.forget(app.appUuid, intent.serviceName);
	}
	const wishes = await deps.stopped.wishesFor(target, observed);
	return [...wishes, ...(await deps.failedStarts.wishesFor(target, observed, signal))];
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

function concludeEmptyPlan({ app, deps }: AppLook, input: AppPlanInput, plan: Plan): LookOutcome {
	const refused = refusedStartOf(app.requests.intents, plan);
	if (refused !== undefined) app.requests.rejectAll(refused);
	if (refused !== undefined || app.requests.settleAll()) return again; // the target without the intents is next
	app.attempts.reset();
	app.force = false;
	app.lock = undefined;
	const { target } = input;
	if (target !== undefined) {
		const condition = conditionAtRest(app, { ...input, target }, plan);
		const services = outlookOf(plan);
		deps.conditions.set(app.appUuid, { ...condition, failures: 0, services });
	}
	return { kind: 'rest' };
}

function conditionAtRest(
	{ refusedImages }: AppState,
	{ target, observed, context }: AppPlanInput & { readonly target: TargetApp },
	{ waits = [] }: Plan,
): Pick<AppCondition, 'phase' | 'reason'> {
	if (refusedImages.size > 0) {
		return { phase: 'rejected', reason: [...refusedImages.values()].join('; ') };
	}
	const waiting = servicesAwaitingReboot(target, observed, context);
	if (waiting.length > 0) {
		return { phase: 'waiting', reason: `for a reboot to start ${waiting.join(', ')}` };
	}
	const reasons = waits.map(({ serviceName, reason }) => `${serviceName}: ${reason}`);
	return { phase: waits.length === 0 ? 'settled' : 'waiting', reason: reasons.join('; ') };
}

interface CarriedOut {
	readonly text: string;
	readonly run: PlanRun;
	/** Old containers to start again, as their successors do not. */
	readonly fallBacks: readonly FallBack[];
}

async function judge(
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
