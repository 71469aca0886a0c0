import { labelNames } from '../../model/labels.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { AppIdOf } from '../../report/events-steps.ts';

/** Apps come and go over the years. */
const remembered = 100;

/** Numbers of apps by uuid, those too that are neither in the target nor on the engine any more. */
export function createAppIds(snapshot: () => DeviceSnapshot): AppIdOf {
	const known = new Map<string, number>();
	return (appUuid) => {
		if (appUuid === undefined) return undefined;
		const appId = appIdIn(snapshot(), appUuid) ?? known.get(appUuid);
		if (appId === undefined) return undefined;
		known.delete(appUuid);
		known.set(appUuid, appId);
		const [oldest] = known.keys();
		if (known.size > remembered && oldest !== undefined) known.delete(oldest);
		return appId;
	};
}

function appIdIn({ target, observed }: DeviceSnapshot, appUuid: string): number | undefined {
	const inTarget = [...(target?.apps ?? []), ...(target?.rejected ?? [])].find(
		(app) => String(app.appUuid) === appUuid,
	);
	if (inTarget?.appId !== undefined) return inTarget.appId;
	const container = observed?.containers.find(
		({ labels }) => labels[labelNames.appUuid] === appUuid,
	);
	const appId = Number(container?.labels[labelNames.appId] ?? Number.NaN);
	return Number.isSafeInteger(appId) ? appId : undefined;
}
