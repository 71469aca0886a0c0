import { Refusal } from '../refusal.ts';
import type { Install } from '../store/installs.ts';
import type { DeviceRow, ImageRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { serviceStatuses, type AppReport } from './device-report.ts';

/** What the apps of a report come to, once every image in them was found. */
export interface MatchedApps {
	installs: Install[];
	/** Undefined when the report does not say what runs. */
	runningReleaseId: number | null | undefined;
}

type Releases = AppReport['releases'];

/** The image a report means: right place, and right digest if it names one. A tag makes it another place. */
function findImage(images: readonly ImageRow[], name: string): ImageRow | undefined {
	const [location, digest] = name.split('@');
	return images.find(
		(image) =>
			image.location === location && (digest === undefined || digest === image.content_hash),
	);
}

function matchServices(
	releaseId: number,
	images: readonly ImageRow[],
	services: Releases[string]['services'],
): Install[] {
	const installs = Object.values(services).map(({ image, status, download_progress }) => {
		const found = findImage(images, image);
		if (found === undefined) throw new Refusal(401);
		return {
			imageId: found.id,
			releaseId,
			status: serviceStatuses.has(status) ? status : undefined,
			downloadProgress: download_progress ?? null,
		};
	});
	const distinct = new Set(installs.map(({ imageId }) => imageId));
	if (distinct.size < installs.length) throw new Refusal(401);
	return installs;
}

async function matchReleases(
	releases: Releases,
	device: DeviceRow,
	store: Store,
): Promise<Install[]> {
	const installs: Install[] = [];
	for (const [commit, { services }] of Object.entries(releases)) {
		const release = await store.releases.byCommit(device.fleet_id, commit);
		if (release === undefined) throw new Refusal(401);
		installs.push(...matchServices(release.id, await store.images.ofRelease(release.id), services));
	}
	return installs;
}

async function matchRunning(
	commit: AppReport['release_uuid'],
	device: DeviceRow,
	store: Store,
): Promise<number | null | undefined> {
	if (commit === undefined || commit === null) return commit;
	const release = await store.releases.byCommit(device.fleet_id, commit);
	if (release === undefined) throw new Refusal(401);
	return release.id;
}

/** @throws {Refusal} 401 when an app, release or image is not one of the device's fleet */
export async function matchApps(
	apps: Record<string, AppReport>,
	device: DeviceRow,
	store: Store,
): Promise<MatchedApps> {
	const fleet = await store.fleets.byId(device.fleet_id);
	const matched: MatchedApps = { installs: [], runningReleaseId: undefined };
	for (const [appUuid, { release_uuid, releases }] of Object.entries(apps)) {
		if (appUuid !== fleet?.uuid) throw new Refusal(401);
		matched.runningReleaseId = await matchRunning(release_uuid, device, store);
		matched.installs.push(...(await matchReleases(releases, device, store)));
	}
	return matched;
}
