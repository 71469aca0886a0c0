import type { StepFailure } from '../execute/executor.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';

/**
 * A plan that is being carried out. What takes long in it, such as a pull, must not keep others waiting: it is left, to
 * be joined again by the next plan, when the world wants a step that this plan does not have, or when a step that failed
 * may be tried again.
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
	/** Ends the run if the world, as it is now, wants a step that could begin and that the run does not have. */
	notice(observed: ObservedState): void;
	/** Steps that failed may be tried at once: ends the run if there are any. */
	hurry(): void;
	/** Nothing is carried out any more. */
	end(): void;
}

export interface PlanRunDeps {
	readonly clock: Pick<Clock, 'sleep'>;
	/** The plan that the world would have now. */
	readonly planFor: (observed: ObservedState) => Plan;
	/** Notes a failure. @returns milliseconds until the step may be tried again */
	readonly onFailure: (failure: StepFailure) => number;
}

/** Failures about which the end of the run decides: the engine is away, or the image can never be had. */
const isForTheEnd = ({ step, err }: StepFailure): boolean =>
	hasCode(err, 'ENGINE_UNAVAILABLE') || isImageRefused({ step, err });

/** The image can never be had: the plan goes on without it. */
export function isImageRefused({ step, err }: StepFailure): boolean {
	return step.kind === 'pullImage' && hasCode(err, 'IMAGE_WRONG_ARCHITECTURE');
}

const isLong = ({ kind }: Step): boolean => kind === 'pullImage' || kind === 'waitHandover';

export function beginRun({ steps }: Plan, signal: AbortSignal, deps: PlanRunDeps): PlanRun {
	const own = linkAbort(signal);
	const stepIds = new Set(steps.map(({ id }) => id));
	const isCuttable = steps.some(isLong); // any other run is over soon
	let isCut = false;
	let hasFailed = false;
	const cut = (): void => {
		isCut = true;
		own.abort();
	};
	const cutAfter = async (ms: number): Promise<void> => {
		if (!isCuttable) return;
		await deps.clock.sleep(ms, own.signal).then(cut, () => undefined); // the run has ended before
	};
	return {
		signal: own.signal,
		get hasFailed() {
			return hasFailed;
		},
		get isCut() {
			return isCut;
		},
		noteFailure(failure) {
			if (isForTheEnd(failure)) return;
			const pauseMs = deps.onFailure(failure);
			hasFailed = true;
			void cutAfter(pauseMs); // ends with the run
		},
		notice(observed) {
			if (isCuttable && !own.signal.aborted && startableIn(deps.planFor(observed), stepIds)) cut();
		},
		hurry() {
			if (isCuttable && hasFailed) cut();
		},
		end() {
			own.unlink();
			own.abort();
		},
	};
}

/** True when the plan has a step that is not among these and waits for none of them. */
function startableIn({ steps }: Plan, running: ReadonlySet<string>): boolean {
	const fresh = new Map<string, boolean>();
	for (const { id, after } of steps) {
		fresh.set(id, !running.has(id) && after.every((before) => fresh.get(before) === true));
	}
	return steps.some(({ id }) => fresh.get(id) === true);
}
