import { Refusal } from '../refusal.ts';
import type { Install } from '../store/installs.ts';
import type { DeviceRow, ImageRow, ReleaseRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { serviceStatuses, type AppReport } from './device-report.ts';

/** What the apps of a report come to, once every image in them was found. */
export interface MatchedApps {
	installs: Install[];
	/** Undefined when the report does not say what runs: it stays as it was. */
	runningReleaseId: number | undefined;
}

interface NamedRelease {
	release: ReleaseRow;
	images: readonly ImageRow[];
}

/** A report means an image by its place, and by its digest if it names one. A tag makes it another place. */
function isMeant({ location, content_hash }: ImageRow, name: string): boolean {
	const [place, digest] = name.split('@');
	return location === place && (digest === undefined || digest === content_hash);
}

/** Commits that a report of an app names, as running or with services. */
function commitsIn({ release_uuid, releases }: AppReport): Set<string> {
	const running = release_uuid === undefined || release_uuid === null ? [] : [release_uuid];
	return new Set([...running, ...Object.keys(releases)]);
}

async function findReleases(
	commits: ReadonlySet<string>,
	device: DeviceRow,
	store: Store,
): Promise<NamedRelease[]> {
	const found: NamedRelease[] = [];
	for (const commit of commits) {
		const release = await store.releases.byCommit(device.fleet_id, commit);
		if (release === undefined) throw new Refusal(401);
		found.push({ release, images: await store.images.ofRelease(release.id) });
	}
	return found;
}

/**
 * The cloud only counts: as many images as the report tells, with repetitions, must be found in the releases it names,
 * `release_uuid` included. So an image that two named releases have must be told for both.
 */
function findImages(named: readonly NamedRelease[], told: readonly string[]): ImageRow[] {
	const rows = named.flatMap(({ images }) =>
		images.filter((image) => told.some((name) => isMeant(image, name))),
	);
	if (rows.length !== told.length) throw new Refusal(401);
	return rows;
}

function toInstalls({ releases }: AppReport, named: readonly NamedRelease[]): Install[] {
	const services = Object.entries(releases).flatMap(([commit, { services: own }]) =>
		Object.values(own).map((service) => ({ commit, ...service })),
	);
	const rows = findImages(
		named,
		services.map(({ image }) => image),
	);
	return services.map(({ commit, image, status, download_progress }) => {
		const row = rows.find((one) => isMeant(one, image));
		const owner = named.find(({ release }) => release.commit === commit);
		if (row === undefined || owner === undefined) throw new Refusal(500);
		return {
			imageId: row.id,
			releaseId: owner.release.id,
			status: serviceStatuses.has(status) ? status : undefined,
			downloadProgress: download_progress ?? null,
		};
	});
}

/** An image that the device was not known to have can be told once only: a second row of it cannot be made. */
async function refuseNewTwice(
	installs: readonly Install[],
	device: DeviceRow,
	store: Store,
): Promise<void> {
	const known = new Set((await store.installs.ofDevice(device.id)).map(({ image_id }) => image_id));
	const fresh = installs.map(({ imageId }) => imageId).filter((id) => !known.has(id));
	if (new Set(fresh).size < fresh.length) {
		throw new Refusal(409, { json: '"device" and "installs__image" must be unique.' });
	}
}

/** @throws {Refusal} 401 when a release or image is not one of the device's fleet */
export async function matchApps(
	apps: Record<string, AppReport>,
	device: DeviceRow,
	store: Store,
): Promise<MatchedApps> {
	const fleet = await store.fleets.byId(device.fleet_id);
	const matched: MatchedApps = { installs: [], runningReleaseId: undefined };
	for (const [appUuid, app] of Object.entries(apps)) {
		const commits = commitsIn(app);
		if (appUuid !== fleet?.uuid) {
			if (commits.size > 0) throw new Refusal(401);
			continue;
		}
		const named = await findReleases(commits, device, store);
		matched.installs = toInstalls(app, named);
		const running = named.find(({ release }) => release.commit === app.release_uuid);
		matched.runningReleaseId = running?.release.id;
	}
	await refuseNewTwice(matched.installs, device, store);
	return matched;
}
