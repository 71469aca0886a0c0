import type { ChangedBy } from '../../model/history.ts';
import type { TargetOrigin } from '../../model/event-target.ts';
import type { Plan } from '../../model/plan.ts';
import type { TargetApp, TargetState } from '../../model/target.ts';
import type { ChangeStart } from './open-change.ts';

/** Who stands behind a target, by where it came from. */
export const authorOf: Readonly<Record<TargetOrigin, ChangedBy>> = {
	cloud: { kind: 'cloud' },
	preload: { kind: 'preload' },
	local: { kind: 'localMode' },
};

/** What is known when a plan of an app is made. */
export interface Circumstances {
	readonly appUuid: string;
	readonly appId: number | undefined;
	readonly plan: Plan;
	/** Absent: the app goes. */
	readonly target: TargetApp | undefined;
	/** Who set the target. */
	readonly author: ChangedBy;
	/** Release that was last applied whole. */
	readonly currentCommit: string | undefined;
	/** The app's target changed since the app was settled last. */
	readonly isTargetNew: boolean;
}

/** What kind of change a plan brings, and who had it made: the target's author, or who changed the engine's objects. */
export function attribute(given: Circumstances): ChangeStart {
	const { appUuid, appId, plan, target, author, currentCommit, isTargetNew } = given;
	const toCommit = target?.release?.commit;
	const appName = target?.name;
	const app = { appUuid, appId, appName, fromCommit: currentCommit, toCommit, by: author };
	if (toCommit === undefined)
		return { ...app, kind: 'remove', cause: 'the target does not have it' };
	if (currentCommit === undefined) return { ...app, kind: 'install', cause: 'the target has it' };
	if (currentCommit !== toCommit) {
		return { ...app, kind: 'update', cause: 'the target has another release' };
	}
	const causes = causesOf(plan);
	if (isTargetNew) return { ...app, kind: 'update', cause: `the target changed: ${causes}` };
	return { ...app, by: { kind: 'engine' }, kind: 'repair', cause: causes };
}

/** Of a long plan, the first reasons. */
const causesMax = 3;

function causesOf({ steps }: Plan): string {
	const causes = [...new Set(steps.map(({ resource, cause }) => `${resource}: ${cause}`))];
	const more = causes.length > causesMax ? [`and ${causes.length - causesMax} more`] : [];
	return [...causes.slice(0, causesMax), ...more].join('; ');
}

/** Uuids of apps whose part of a target differs. */
export function changedApps(before: TargetState, now: TargetState): readonly string[] {
	const texts = (target: TargetState): Map<string, string> =>
		new Map(target.apps.map((app) => [app.appUuid, JSON.stringify(app)]));
	const [former, present] = [texts(before), texts(now)];
	return [...new Set([...former.keys(), ...present.keys()])].filter(
		(appUuid) => former.get(appUuid) !== present.get(appUuid),
	);
}

export function findApp(target: TargetState | undefined, appUuid: string): TargetApp | undefined {
	return target?.apps.find((app) => String(app.appUuid) === appUuid);
}
