import type { Executor } from '../execute/executor.ts';
import type { ObservedState } from '../model/observed.ts';
import { listsChangedBy } from '../observe/changed-lists.ts';
import { createAdoptedContainers, type AdoptedContainers } from './adopted-containers.ts';
import { createBoardFeed, type BoardFeed } from './board-feed.ts';
import { createConditions, type Conditions } from './conditions.ts';
import { createEngineGate, type EngineGate } from './engine-gate.ts';
import { createFailedStarts, type FailedStarts } from './failed-starts.ts';
import { createHold, type Hold } from './hold.ts';
import { createImageLedger, type ImageLedger } from './image-ledger.ts';
import type { ReconcilerDeps } from './reconciler-deps.ts';
import { createStoppedServices, type StoppedServices } from './stopped-services.ts';

/** What the workers of one reconciler share. */
export interface LoopParts {
	readonly gate: EngineGate;
	readonly feed: BoardFeed;
	readonly ledger: ImageLedger;
	readonly conditions: Conditions;
	readonly stopped: StoppedServices;
	readonly failedStarts: FailedStarts;
	readonly adoptions: AdoptedContainers;
	/** While it is taken, no look begins. */
	readonly hold: Hold;
	/** Reads the world and publishes it. @throws {SupervisorError} ENGINE_UNAVAILABLE */
	readonly observe: (signal: AbortSignal) => Promise<ObservedState>;
	/** Carries a plan out; the next `observe` reads what it may have changed. */
	readonly execute: Executor['execute'];
}

export function createLoopParts(deps: ReconcilerDeps): LoopParts {
	const gate = createEngineGate(deps);
	const feed = createBoardFeed(deps);
	return {
		gate,
		feed,
		ledger: createImageLedger(deps.store),
		conditions: createConditions(deps.board, deps.clock),
		stopped: createStoppedServices(deps.store),
		failedStarts: createFailedStarts(deps.engine),
		adoptions: createAdoptedContainers(deps.store, deps.log),
		hold: createHold(),
		observe: async (signal) => {
			const state = await gate.guard(deps.observer.current(signal));
			feed.observed(state);
			return state;
		},
		execute: async (plan, options) => {
			const { observer } = deps;
			try {
				const result = await deps.executor.execute(plan, options);
				// A step may have failed because the world is not as it was read.
				observer.markStale(result.failures.length === 0 ? listsChangedBy(plan.steps) : undefined);
				return result;
			} catch (err) {
				observer.markStale();
				throw err;
			}
		},
	};
}
