import type { StepFailure } from '../execute/executor.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';

/**
 * A plan that is being carried out. What takes long in it, such as a pull, must not keep others waiting: it is left, to
 * be joined again by the next plan, when the world wants a step that this plan does not have, or when a step that failed
 * may be tried again. A container that takes its time to stop cannot be left, as the locks are held for it: the steps that
 * wait for nothing of this plan are done beside it.
 */
export interface PlanRun {
	/** Fires when the run is to end: the look's signal did, or the run was cut. */
	readonly signal: AbortSignal;
	/** A step failed, and that is noted. */
	readonly hasFailed: boolean;
	/** It was cut for the sake of other steps. */
	readonly isCut: boolean;
	/** A step failed: the run is cut when the pause is over. */
	readonly noteFailure: (failure: StepFailure) => void;
	/** A step is put off: the run is cut when it may be tried again. */
	readonly notePostponed: (postponed: StepFailure) => void;
	/** A step is done. */
	readonly noteDone: (step: Step) => void;
	/**
	 * The world, as it is now, may want steps that could begin and that the run does not have: the run is cut for them, or
	 * they are done beside it.
	 */
	notice(observed: ObservedState): void;
	/** Resolves when nothing is done beside the plan any more. */
	untilAlone(): Promise<void>;
	/** The plan does not hold any more: the run is cut. */
	readonly outdate: () => void;
	/** Steps that failed or were put off may be tried at once: ends the run if there are any. */
	hurry(): void;
	/** Nothing is carried out any more. */
	end(): void;
}

export interface PlanRunDeps {
	readonly clock: Pick<Clock, 'sleep'>;
	/** The plan that the world would have now. */
	readonly planFor: (observed: ObservedState) => Plan;
	/** Does steps beside the plan; must not reject. */
	readonly doBeside: (steps: Plan, run: PlanRun) => Promise<void>;
	/** Notes a failure. @returns milliseconds until the step may be tried again */
	readonly onFailure: (failure: StepFailure) => number;
	/** Notes that a step is put off. @returns milliseconds until it may be tried again */
	readonly onPostponed: (postponed: StepFailure) => number;
}

/** Failures about which the end of the run decides: the engine is away, or the image can never be had. */
const isForTheEnd = ({ step, err }: StepFailure): boolean =>
	hasCode(err, 'ENGINE_UNAVAILABLE') || isImageRefused({ step, err });

/** The image can never be had: the plan goes on without it. */
export function isImageRefused({ step, err }: StepFailure): boolean {
	return step.kind === 'pullImage' && hasCode(err, 'IMAGE_WRONG_ARCHITECTURE');
}

const isLong = ({ kind }: Step): boolean => kind === 'pullImage' || kind === 'waitHandover';

const isStop = ({ kind }: Step): boolean => kind === 'stopContainer' || kind === 'restartContainer';

export function beginRun(plan: Plan, signal: AbortSignal, deps: PlanRunDeps): PlanRun {
	const own = linkAbort(signal);
	const course = createCourse(plan);
	const aside = createAside(deps);
	const cutter = createCutter(own, course, deps);
	let hasFailed = false;
	const run: PlanRun = {
		signal: own.signal,
		get hasFailed() {
			return hasFailed;
		},
		get isCut() {
			return cutter.isCut;
		},
		noteDone: (step) => course.ended(step),
		untilAlone: () => aside.ended(),
		noteFailure(failure) {
			course.ended(failure.step);
			if (isForTheEnd(failure)) return;
			const pauseMs = deps.onFailure(failure);
			hasFailed = true;
			cutter.cutAfter(pauseMs);
		},
		notePostponed(postponed) {
			course.ended(postponed.step);
			cutter.cutAfter(deps.onPostponed(postponed));
		},
		notice(observed) {
			const isStopping = course.isStopping();
			if (own.signal.aborted || !(course.isCuttable || isStopping)) return;
			const fresh = course.startableIn(deps.planFor(observed));
			if (fresh.length === 0) return;
			if (isStopping) aside.begin(course.add(fresh), run);
			else cutter.cut();
		},
		outdate: cutter.cut,
		hurry: () => cutter.hurry(),
		end() {
			own.unlink();
			own.abort();
		},
	};
	return run;
}

/** Ends a run before its plan is done. */
function createCutter(
	own: LinkedAbort,
	{ isCuttable }: { readonly isCuttable: boolean },
	{ clock }: Pick<PlanRunDeps, 'clock'>,
) {
	let isCut = false;
	let isAnyResting = false;
	const cut = (): void => {
		isCut = true;
		own.abort();
	};
	return {
		get isCut() {
			return isCut;
		},
		cut,
		/** A step rests for so long. */
		cutAfter(ms: number): void {
			isAnyResting = true;
			if (isCuttable) void clock.sleep(ms, own.signal).then(cut, () => undefined); // ends with the run
		},
		/** Steps that rest may be tried at once. */
		hurry(): void {
			if (isCuttable && isAnyResting) cut();
		},
	};
}

/** Where a plan that is being carried out stands. */
function createCourse({ steps }: Plan) {
	const stepIds = new Set(steps.map(({ id }) => id));
	const over = new Set<string>();
	return {
		/** It may take long; any other run is over soon, or stops something. */
		isCuttable: steps.some(isLong),
		ended: ({ id }: Step): void => void over.add(id),
		/** They belong to the run from now on. */
		add(fresh: readonly Step[]): readonly Step[] {
			for (const { id } of fresh) stepIds.add(id);
			return fresh;
		},
		/** A container may be about to stop: what its stop waits for is done. */
		isStopping: (): boolean =>
			steps.some(
				(step) => isStop(step) && !over.has(step.id) && step.after.every((id) => over.has(id)),
			),
		startableIn: (plan: Plan): readonly Step[] => startableIn(plan, stepIds),
	};
}

/** What is done beside a plan. */
function createAside({ doBeside }: Pick<PlanRunDeps, 'doBeside'>) {
	const running = new Set<Promise<void>>();
	return {
		begin(steps: readonly Step[], run: PlanRun): void {
			const work = doBeside({ steps }, run).finally(() => running.delete(work));
			running.add(work);
		},
		async ended(): Promise<void> {
			while (running.size > 0) await Promise.all(running);
		},
	};
}

/** Steps that are not among these, wait for none of them and need no locks, which the run may hold. */
function startableIn({ steps }: Plan, running: ReadonlySet<string>): readonly Step[] {
	const fresh = new Map<string, Step>();
	for (const step of steps) {
		const isLock = step.kind === 'takeLocks' || step.kind === 'releaseLocks';
		const isFree = !isLock && !running.has(step.id) && step.after.every((id) => fresh.has(id));
		if (isFree) fresh.set(step.id, step);
	}
	return [...fresh.values()];
}
