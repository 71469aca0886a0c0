import type { ObservedState } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';

export interface DevicePlanInput {
	readonly target: TargetState;
	readonly observed: ObservedState;
	/** References the supervisor has pulled or taken over: images it may remove. Others are never touched. */
	readonly storedImages: readonly string[];
}

/** Steps for what belongs to no app: images that neither a target nor a container uses are removed. */
export function computeDevicePlan(_input: DevicePlanInput): Plan {
	return { steps: [] };
}
