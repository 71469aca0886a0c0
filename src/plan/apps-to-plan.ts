import { AppId, AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedState } from '../model/observed.ts';
import { isSupervisorApp } from '../model/target/excluded.ts';
import type { TargetApp, TargetState } from '../model/target.ts';
import { isOwnedBy } from './observed-index.ts';

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
export function appsToPlan(target: TargetState, observed: ObservedState): readonly AppToPlan[] {
	const wanted = target.apps.map((app) => ({
		appUuid: app.appUuid,
		appId: app.appId,
		target: app,
	}));
	const strangers = new Map(
		[...observed.networks, ...observed.containers] // the latter know the uuid, whoever made them
			.filter((object) => !isSpoken(object, target))
			.flatMap((object) => strangerOf(object))
			.map((app) => [app.appId, app] as const),
	);
	return [...wanted, ...strangers.values()].sort((a, b) => (a.appUuid < b.appUuid ? -1 : 1));
}

type Labelled = Pick<ObservedState['containers'][number], 'labels'>;

/** True when the target has a say on the object, be it only by an app that could not be decoded, or nobody has. */
function isSpoken(object: Labelled, { apps, rejected }: TargetState): boolean {
	const appUuid = object.labels[labelNames.appUuid];
	return (
		isSupervisorApp(appUuid ?? '') ||
		apps.some((app) => isOwnedBy(object, app)) ||
		rejected.some(
			(app) => app.appUuid === appUuid || String(app.appId) === object.labels[labelNames.appId],
		)
	);
}

function strangerOf({ labels }: Labelled): AppToPlan[] {
	const appId = AppId.safeParse(labels[labelNames.appId]);
	const appUuid = AppUuid.safeParse(labels[labelNames.appUuid] ?? labels[labelNames.appId]);
	if (!appId.success || !appUuid.success) return [];
	return [{ appUuid: appUuid.data, appId: appId.data, target: undefined }];
}
