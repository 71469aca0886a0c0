import type { AppId, AppUuid } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { TargetApp, TargetState } from '../model/target.ts';

export interface AppToPlan {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/** Absent: the app is on the engine but not in the target. */
	readonly target: TargetApp | undefined;
}

/**
 * Every app that a look at the device concerns, by uuid: those of the target, and those that only the engine knows.
 * Rejected apps are not among them: what they run stays as it is.
 */
export function appsToPlan(_target: TargetState, _observed: ObservedState): readonly AppToPlan[] {
	return [];
}
