import type { DeviceSnapshot } from '../model/snapshot.ts';
import { isApplying } from './app-status.ts';
import { reportServices } from './service-report.ts';
import { shownApps } from './shown-apps.ts';

/** What the summary tells beside the snapshot. */
export interface DeviceFacts {
	readonly apiPort: number;
	readonly ipAddress: string;
	readonly macAddress: string;
	readonly osVersion?: string | undefined;
	readonly supervisorVersion: string;
}

/**
 * Answer (b) of contract 1.6, the summary of `GET /v1/device`: the first visible app's first service stands for the
 * device. Default: every app is visible.
 */
export function reportDeviceSummary(
	snapshot: DeviceSnapshot,
	facts: DeviceFacts,
	isVisible: (appId: number) => boolean = () => true,
): object {
	const apps = shownApps(snapshot, reportServices(snapshot)).filter((app) => isVisible(app.appId));
	const rows = apps.flatMap((app) => app.rows);
	const shown = rows.find(({ downloadProgress }) => downloadProgress !== null) ?? rows[0];
	const applying = isApplying(snapshot);
	const [firstApp] = apps;
	const commit =
		applying || firstApp === undefined ? undefined : snapshot.currentCommits[firstApp.appUuid];
	return {
		api_port: facts.apiPort,
		ip_address: facts.ipAddress,
		os_version: facts.osVersion,
		mac_address: facts.macAddress,
		supervisor_version: facts.supervisorVersion,
		update_pending: applying,
		update_failed: applying && Object.values(snapshot.apps).some(({ failures }) => failures > 0),
		update_downloaded: applying && snapshot.updateDownloaded,
		...(commit === undefined ? {} : { commit }),
		...(shown === undefined
			? {}
			: {
					status: shown.status === 'Running' ? 'Idle' : shown.status,
					download_progress: shown.downloadProgress,
				}),
	};
}
