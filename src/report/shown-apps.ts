import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { ServiceReport } from './service-report.ts';

/** An app as v1 and v2 tell of it. */
export interface ShownApp {
	readonly appUuid: string;
	readonly appId: number;
	readonly name: string;
	/** Of the release that is wanted; of a rejected app, of the one that was last applied whole. */
	readonly commit: string | undefined;
	/** Of the release that is wanted; of a rejected app, of all that runs of it. */
	readonly rows: readonly ServiceReport[];
}

/**
 * The apps of the target; then those whose new target cannot be used, as far as they run: they stay as they were.
 * @param rows - of reportServices
 */
export function shownApps(
	{ target, currentCommits }: Pick<DeviceSnapshot, 'target' | 'currentCommits'>,
	rows: readonly ServiceReport[],
): ShownApp[] {
	const { apps = [], rejected = [] } = target ?? {};
	const rowsOf = (uuid: string): ServiceReport[] => rows.filter(({ appUuid }) => appUuid === uuid);
	const wanted = apps.map(({ appUuid, appId, name, release }) => ({
		...{ appUuid, appId, name, commit: release?.commit },
		rows: rowsOf(appUuid).filter(({ isTarget }) => isTarget),
	}));
	const kept = rejected.flatMap(({ appUuid, appId, name = appUuid }) => {
		const own = rowsOf(appUuid);
		if (appId === undefined || own.length === 0) return [];
		return [{ appUuid, appId, name, commit: currentCommits[appUuid], rows: own }];
	});
	return [...wanted, ...kept];
}
