import type { DeviceSnapshot } from '../model/snapshot.ts';
import { reportServices, type ServiceReport } from './service-report.ts';
import { shownApps } from './shown-apps.ts';

/** Words of `update_status` (contract 2.3), the first that fits wins. */
export type UpdateStatus =
	'rejected' | 'aborted' | 'downloading' | 'downloaded' | 'applying changes' | 'done';

const applyingWords = new Set(['Installing', 'Installed', 'Awaiting handover', 'Starting']);

/** What the rows of one release say about the release as a whole. */
export function updateStatusOf(rows: readonly ServiceReport[]): UpdateStatus {
	if (rows.some(({ status }) => status === 'Aborted')) return 'aborted';
	if (rows.some(({ downloadProgress }) => downloadProgress !== null && downloadProgress !== 100)) {
		return 'downloading';
	}
	if (rows.some(({ status }) => status === 'Downloaded')) return 'downloaded';
	if (rows.some(({ status }) => applyingWords.has(status))) return 'applying changes';
	return 'done';
}

/** True while some app is not as its target wants it and work goes on or waits. */
export function isApplying(snapshot: DeviceSnapshot): boolean {
	return Object.values(snapshot.apps).some(
		({ phase }) => phase !== 'settled' && phase !== 'rejected',
	);
}

/** Answer (d) of contract 1.6: apps by name; an app whose name another app has is keyed by `name (uuid)`. */
export function reportAppsByName(
	snapshot: DeviceSnapshot,
	isVisible: (appId: number) => boolean,
): Record<string, object> {
	const apps = shownApps(snapshot, reportServices(snapshot));
	const taken = new Set<string>();
	const answer: [string, object][] = [];
	for (const { appUuid, appId, name, commit, rows } of apps) {
		if (!isVisible(appId)) continue;
		const key = taken.has(name) ? `${name} (${appUuid})` : name;
		taken.add(name);
		const told = {
			appId,
			appUuid,
			commit,
			updateStatus: updateStatusOf(rows),
			services: Object.fromEntries(
				rows.map(({ serviceName, status, image, downloadProgress, releaseId }) => [
					serviceName,
					{ status, image, downloadProgress, releaseId },
				]),
			),
		};
		answer.push([key, told]);
	}
	return Object.fromEntries(answer);
}

/** Answer (e) of contract 1.6: the services of one app by the cloud's number of their image; undefined: no such app. */
export function reportAppByImage(snapshot: DeviceSnapshot, appId: number): object | undefined {
	const rows = reportServices(snapshot);
	const app = shownApps(snapshot, rows).find((candidate) => candidate.appId === appId);
	if (app === undefined) return undefined;
	const commit = snapshot.currentCommits[app.appUuid];
	const services = Object.fromEntries(
		rows
			.filter(({ appUuid }) => appUuid === app.appUuid)
			.reverse()
			.map(({ imageId, status, releaseId, downloadProgress }) => [
				String(imageId),
				{ status, releaseId, download_progress: downloadProgress },
			]),
	);
	return { ...(commit === undefined ? {} : { commit }), local: { [String(appId)]: { services } } };
}
