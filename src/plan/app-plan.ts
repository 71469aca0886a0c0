import type { AppId, AppUuid } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent, Plan } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { DeviceContext } from './context.ts';

export interface AppPlanInput {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/** Absent: the app is not wanted any more; its containers and networks go, its volumes stay. */
	readonly target: TargetApp | undefined;
	/** The whole device; only what belongs to the app is looked at. */
	readonly observed: ObservedState;
	readonly context: DeviceContext;
	readonly intents: readonly Intent[];
	/** Commit that was last applied whole. */
	readonly currentCommit?: string | undefined;
	/** Delete update locks that users hold. */
	readonly force: boolean;
	/**
	 * References of images that can never be had (wrong architecture, say): they are not pulled, and while the release
	 * needs one of them nothing of the old release stops.
	 */
	readonly refusedImages?: readonly string[] | undefined;
}

/**
 * What must be done so that the app is as its target says. Pure; equal inputs give equal plans; steps come in an order
 * that respects what each waits for. Empty: the app is settled, or nothing can be done before the engine says more (a
 * container is being removed).
 */
export function computeAppPlan(_input: AppPlanInput): Plan {
	return { steps: [] };
}
