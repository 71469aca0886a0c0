import type { ObservedState } from '../model/observed.ts';
import type { Intent, Plan } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
import type { DeviceContext } from './context.ts';

export interface PlanInput {
	readonly target: TargetState;
	readonly observed: ObservedState;
	readonly context: DeviceContext;
	/** By app uuid. */
	readonly intents: Readonly<Record<string, readonly Intent[]>>;
	/** By app uuid: the commit that was last applied whole. */
	readonly currentCommits: Readonly<Record<string, string>>;
	readonly force: boolean;
	/** See {@link DevicePlanInput.storedImages}. */
	readonly storedImages: readonly string[];
	/** See {@link AppPlanInput.refusedImages}. */
	readonly refusedImages?: readonly string[] | undefined;
}

/** The plans of all apps and of the device as one, for dry runs; ids of an app's steps begin with its uuid. */
export function computePlan(_input: PlanInput): Plan {
	return { steps: [] };
}
