import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import type { RegistryAuth } from '../ports/cloud.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { DiskSpace, HandoverSigns, RebootMark, UpdateLocks } from '../ports/host.ts';
import type { StateStore, StoredImage } from '../ports/state-store.ts';
import { createDeltaPulls, type DeltaPullsDeps } from './delta-pulls.ts';
import { createHandoverDeadlines } from './handover-deadlines.ts';
import { withLockLease, type LockLease } from './lock-lease.ts';
import { createSharedPulls } from './shared-pulls.ts';
import type { StepContext } from './step-context.ts';
import { createTurns, type TurnLimits } from './turns.ts';
import { walkDag, type NodeOutcome } from './walk.ts';
import { isPostponement, perform, type Outcome } from './perform-step.ts';

export interface ExecutorDeps {
	readonly engine: ContainerEngine;
	readonly locks: UpdateLocks;
	readonly handovers: HandoverSigns;
	readonly rebootMark: Pick<RebootMark, 'add'>;
	readonly bootConfig: Pick<BootConfig, 'change'>;
	readonly store: Pick<StateStore, 'recordImages' | 'forgetImages' | 'recordCommit'>;
	readonly registryAuth: RegistryAuth;
	/** Makes images of others; absent: every image is pulled whole. */
	readonly deltas?: Pick<DeltaPullsDeps, 'server' | 'patience'> | undefined;
	/** Room for images; absent: it is not looked at. */
	readonly space?: DiskSpace | undefined;
	readonly clock: Clock;
	readonly log: Logger;
	/** Hears of every step, in order; must not throw. */
	readonly onProgress: (event: ProgressEvent) => void;
	/**
	 * Steps of one plan that run at the same time. Bounds hold per plan, so that one app's slow steps never take another's
	 * place. Default: what suits an engine on two processors, which work on more at once makes no faster.
	 */
	readonly concurrency?: TurnLimits;
	/** See SharedPullsDeps. */
	readonly pullLingerMs?: number;
}

export interface ExecuteOptions {
	/** Begins no new step once it fired, and leaves pulls and waits; other running steps finish. */
	readonly signal: AbortSignal;
	/** Rows to write once the images they name are pulled. Default none. */
	readonly imageRecords?: readonly StoredImage[];
	/** Hears of each step that is done at once; must not throw. */
	readonly onDone?: (step: Step) => void;
	/** Hears of each failure at once, while other branches go on; must not throw. */
	readonly onFailure?: (failure: StepFailure) => void;
	/** Hears of each step that is for a later plan, though nothing failed; must not throw. */
	readonly onPostponed?: (postponed: StepFailure) => void;
	/** A step has shown something that the plan did not reckon with: another plan is due; must not throw. */
	readonly onOutdated?: () => void;
}

export interface StepFailure {
	readonly step: Step;
	readonly err: Error;
}

export interface ExecutionResult {
	/** Every step is done. Without that and without failures another plan is due. */
	readonly ok: boolean;
	readonly failures: readonly StepFailure[];
	/** The signal fired before every step was begun or done. */
	readonly aborted: boolean;
}

/** Carries plans out and decides nothing. */
export interface Executor {
	/**
	 * Walks the plan; resolves when every branch has ended, and never rejects for a failure of a step. The run holds no
	 * update lock afterwards.
	 * @throws {SupervisorError} INTERNAL if the plan is not a DAG
	 */
	execute(plan: Plan, options: ExecuteOptions): Promise<ExecutionResult>;
	/** Ends the pulls that nobody waits for. */
	drain(): Promise<void>;
}

export function createExecutor(deps: ExecutorDeps): Executor {
	const pulls = createSharedPulls({
		...deps,
		deltas: deps.deltas && createDeltaPulls({ ...deps, ...deps.deltas }),
		...(deps.pullLingerMs === undefined ? {} : { lingerMs: deps.pullLingerMs }),
	});
	const handoverDeadlines = createHandoverDeadlines(deps.clock);
	const limits = deps.concurrency ?? { steps: 4, departures: 8, pulls: 3, switches: 2 };
	return {
		drain: () => pulls.drain(),
		execute: (plan, options) =>
			withLockLease(deps, (locks) =>
				runPlan(plan, {
					...deps,
					...options,
					locks,
					pulls,
					handoverDeadlines,
					imageRecords: options.imageRecords ?? [],
					limits,
				}),
			),
	};
}

interface Run
	extends
		Omit<ExecutorDeps, 'locks'>,
		Pick<StepContext, 'locks' | 'pulls' | 'handoverDeadlines' | 'imageRecords' | 'signal'> {
	readonly locks: LockLease;
	readonly onDone?: ExecuteOptions['onDone'];
	readonly onFailure?: ExecuteOptions['onFailure'];
	readonly onPostponed?: ExecuteOptions['onPostponed'];
	readonly onOutdated?: ExecuteOptions['onOutdated'];
	readonly limits: TurnLimits;
}

async function runPlan(plan: Plan, run: Run): Promise<ExecutionResult> {
	const failures: StepFailure[] = [];
	let skipped = 0;
	const skip = (step: Step): void => {
		skipped += 1;
		run.onProgress({ kind: 'stepSkipped', step });
	};
	const turns = createTurns(plan.steps, run.limits);
	const visit = async (step: Step, look: () => void): Promise<NodeOutcome> => {
		const onLong = (): void => {
			turns.giveWay(step);
			look();
		};
		const work = (): Promise<Outcome> => perform(step, run);
		const outcome = await (isStopping(step) ? watched(run, onLong, work) : work());
		if (outcome === 'done' || outcome === 'outdated') {
			run.onDone?.(step);
			if (outcome === 'outdated') run.onOutdated?.();
			return outcome === 'done' ? 'done' : 'skipped';
		}
		if (outcome === 'skipped') {
			skip(step);
			return 'skipped';
		}
		if (isPostponement(outcome)) {
			skipped += 1;
			run.onPostponed?.({ step, err: outcome });
			return 'skipped';
		}
		failures.push({ step, err: outcome });
		run.onFailure?.({ step, err: outcome });
		return 'failed';
	};
	await walkDag(plan.steps, { visit, skip, turns });
	const ok = failures.length === 0 && skipped === 0;
	return { ok, failures, aborted: run.signal.aborted && skipped > 0 };
}

/** Steps in which the engine waits for a container to end by itself. */
function isStopping({ kind }: Step): boolean {
	return kind === 'stopContainer' || kind === 'restartContainer';
}

/** The engine's own part of a stop takes less. */
const patienceMs = 1000;

/** Does the work. @param onLong - called when it has gone on for a while */
async function watched<T>(
	{ clock }: Pick<Run, 'clock'>,
	onLong: () => void,
	work: () => Promise<T>,
): Promise<T> {
	const over = new AbortController();
	const watch = clock.sleep(patienceMs, over.signal).then(onLong, () => undefined); // it has ended before
	try {
		return await work();
	} finally {
		over.abort();
		await watch;
	}
}
