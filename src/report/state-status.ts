import { findImage } from '../model/image-reference.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { isApplying } from './app-status.ts';
import { reportServices } from './service-report.ts';
import { shownApps } from './shown-apps.ts';

/** Answer (f) of contract 1.6, without its `status` member. */
export interface StateStatus {
	readonly appState: 'applied' | 'applying';
	/** Mean of the downloads under way, an integer; null when there is none. */
	readonly overallDownloadProgress: number | null;
	readonly containers: readonly object[];
	readonly images: readonly object[];
	readonly release: string | null;
}

/** Answer (f): what every container and image of the visible apps is doing. */
export function reportStateStatus(
	snapshot: DeviceSnapshot,
	isVisible: (appId: number) => boolean,
): StateStatus {
	const rows = reportServices(snapshot).filter(({ appId }) => isVisible(appId));
	const percents = rows
		.map(({ downloadProgress }) => downloadProgress)
		.filter((percent) => percent !== null);
	const images = snapshot.observed?.images ?? [];
	const [firstApp] = shownApps(snapshot, rows).filter(({ appId }) => isVisible(appId));
	return {
		appState: isApplying(snapshot) ? 'applying' : 'applied',
		overallDownloadProgress:
			percents.length === 0
				? null
				: Math.round(percents.reduce((sum, percent) => sum + percent, 0) / percents.length),
		containers: rows
			.filter(({ containerId }) => containerId !== undefined)
			.map(({ status, serviceName, appId, imageId, serviceId, containerId, createdAtSec = 0 }) => ({
				status,
				serviceName,
				appId,
				imageId,
				serviceId,
				containerId,
				createdAt: new Date(createdAtSec * 1000).toISOString(),
			})),
		images: rows.map(({ image, appId, serviceName, imageId, downloadProgress }) => {
			const present = findImage(images, image);
			return {
				name: image,
				appId,
				serviceName,
				imageId,
				dockerImageId: present?.engineImageId ?? null,
				status: present === undefined ? 'Downloading' : 'Downloaded',
				downloadProgress: present === undefined ? downloadProgress : null,
			};
		}),
		release: (firstApp && snapshot.currentCommits[firstApp.appUuid]) ?? null,
	};
}
