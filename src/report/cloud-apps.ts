import { canonicalJson } from '../kit/digest.ts';
import mapValues from 'lodash/mapValues.js';
import pickBy from 'lodash/pickBy.js';
import uniqBy from 'lodash/uniqBy.js';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp, TargetState } from '../model/target.ts';
import { updateStatusOf, type UpdateStatus } from './app-status.ts';
import { reportServices, type ServiceReport } from './service-report.ts';
import { uniqueByImage, withHandover } from './cloud-rows.ts';

export interface CloudServiceReport {
	/** Letter for letter as the target has it. */
	readonly image: string;
	readonly status: string;
	/** 0 to 100, an integer, while the image is downloaded. */
	readonly download_progress?: number;
}

export interface CloudReleaseReport {
	readonly update_status: UpdateStatus;
	/** By service name. */
	readonly services: Readonly<Record<string, CloudServiceReport>>;
}

export interface CloudAppReport {
	/** Commit of the release that was last applied whole. */
	readonly release_uuid?: string;
	/** By commit. */
	readonly releases: Readonly<Record<string, CloudReleaseReport>>;
}

/** An image that was pulled for a service of an app. */
export interface KnownImage {
	readonly reference: string;
	readonly appUuid: string;
	readonly serviceName: string;
	/** The cloud's number of it. */
	readonly imageId: number;
}

/**
 * The apps of the target with every image the device has of them. The cloud refuses the whole report unless the images
 * it tells are as many as it finds of them in the releases that it names, `release_uuid` included. So:
 * - apps that are not in the target are left out, and so are containers whose image nobody pulled for their app;
 * - an image is told once per release, for the first service that has it, and under each release that is known to;
 * - `release_uuid` is left out when nothing else is told of that release: what the cloud heard before stands.
 * @returns undefined until both the target and the engine were read: half the truth would delete the rest
 */
export function reportAppsToCloud(
	snapshot: DeviceSnapshot,
	images: readonly KnownImage[],
): Readonly<Record<string, CloudAppReport>> | undefined {
	const { target, observed } = snapshot;
	if (target === undefined || observed === undefined) return undefined;
	const named = createNamer(images);
	const rows = reportServices(snapshot).flatMap((row) => (row.isTarget ? row : named(row)));
	const rowsOf = (uuid: string): ServiceReport[] =>
		withHandover(uniqueByImage(rows.filter(({ appUuid }) => appUuid === uuid)));
	const good = target.apps.map((app): [string, CloudAppReport] => [
		app.appUuid,
		reportApp(snapshot, {
			appUuid: app.appUuid,
			rows: rowsOf(app.appUuid),
			...rejectionOf(snapshot, app),
		}),
	]);
	const rejected = target.rejected.map(({ appUuid, commit }): [string, CloudAppReport] => [
		appUuid,
		reportApp(snapshot, { appUuid, rows: rowsOf(appUuid), commit, isRejected: true }),
	]);
	return Object.fromEntries([...good, ...rejected, ...reportSupervisorApp(target.supervisorApp)]);
}

/**
 * Names the images of containers as the cloud does; a container whose image nobody pulled for its app has none. Former
 * supervisors made containers of the engine's own ids of images: their names tell which image that is.
 */
function createNamer(images: readonly KnownImage[]): (row: ServiceReport) => ServiceReport[] {
	const pulled = new Set(images.map(({ appUuid, reference }) => `${appUuid} ${reference}`));
	const numbered = new Map(
		images.map(({ appUuid, serviceName, imageId, reference }) => [
			`${appUuid} ${serviceName} ${imageId}`,
			reference,
		]),
	);
	return (row) => {
		if (pulled.has(`${row.appUuid} ${row.image}`)) return [row];
		const image = numbered.get(`${row.appUuid} ${row.serviceName} ${row.imageId}`);
		return image !== undefined && row.image.startsWith('sha256:') ? [{ ...row, image }] : [];
	};
}

interface AppRows {
	readonly appUuid: string;
	readonly rows: readonly ServiceReport[];
	/** Of the target's release; absent when the app has none. */
	readonly commit?: string | undefined;
	/** The target's release is not going to run. */
	readonly isRejected: boolean;
}

function rejectionOf(
	snapshot: DeviceSnapshot,
	app: TargetApp,
): Pick<AppRows, 'commit' | 'isRejected'> {
	return {
		commit: app.release?.commit,
		isRejected: snapshot.apps[app.appUuid]?.phase === 'rejected',
	};
}

function reportApp(
	snapshot: DeviceSnapshot,
	{ appUuid, rows, commit, isRejected }: AppRows,
): CloudAppReport {
	const present = isRejected ? rows.filter(({ containerId }) => containerId !== undefined) : rows;
	const commits = new Set([
		...(commit === undefined ? [] : [commit]),
		...present.map((row) => row.commit),
	]);
	const releases = [...commits].map((one): [string, CloudReleaseReport] => {
		const own = present.filter((row) => row.commit === one);
		const status = isRejected && one === commit ? 'rejected' : updateStatusOf(own);
		return [one, { update_status: status, services: reportRows(own) }];
	});
	const current = snapshot.currentCommits[appUuid];
	return {
		...(current === undefined || !commits.has(current) ? {} : { release_uuid: current }),
		releases: Object.fromEntries(releases),
	};
}

/** The first row of a service wins. */
function reportRows(rows: readonly ServiceReport[]): Record<string, CloudServiceReport> {
	const services = rows.map(({ serviceName, image, status, downloadProgress }) => {
		const progress =
			downloadProgress === null ? {} : { download_progress: Math.round(downloadProgress) };
		return [serviceName, { image, status: status.slice(0, 50), ...progress }] as const;
	});
	return Object.fromEntries(uniqBy(services, ([serviceName]) => serviceName));
}

/** The supervisor does not run itself, but the cloud wants to hear of its service. */
function reportSupervisorApp(app: TargetApp | undefined): [string, CloudAppReport][] {
	if (app?.release === undefined) return [];
	const { commit, services } = app.release;
	const running = services.map(({ serviceName, image }): [string, CloudServiceReport] => [
		serviceName,
		{ image, status: 'Running' },
	]);
	const release: CloudReleaseReport = {
		update_status: 'done',
		services: Object.fromEntries(running),
	};
	return [[app.appUuid, { releases: { [commit]: release } }]];
}

/**
 * The same apps with nothing but what their target names. The cloud takes this even when it has forgotten an older
 * release, or when that one has an image of which the device does not know.
 */
export function narrowToTarget(
	apps: Readonly<Record<string, CloudAppReport>>,
	target: TargetState,
): Readonly<Record<string, CloudAppReport>> {
	const commits = new Map<string, string | undefined>([
		...target.apps.map(({ appUuid, release }) => [appUuid, release?.commit] as const),
		...target.rejected.map(({ appUuid, commit }) => [appUuid, commit] as const),
	]);
	return mapValues(apps, (app, appUuid) =>
		commits.has(appUuid) ? narrowApp(app, commits.get(appUuid)) : app,
	);
}

function narrowApp(
	{ release_uuid, releases }: CloudAppReport,
	commit: string | undefined,
): CloudAppReport {
	return {
		...(release_uuid === undefined || release_uuid !== commit ? {} : { release_uuid }),
		releases: pickBy(releases, (_release, one) => one === commit),
	};
}

/** What decides whether the cloud takes these apps: apps, releases and images, but not how they fare. */
export function shapeOfApps(apps: Readonly<Record<string, CloudAppReport>>): string {
	return canonicalJson(
		Object.entries(apps).map(([appUuid, { release_uuid, releases }]) => [
			appUuid,
			release_uuid,
			Object.entries(releases).map(([commit, { services }]) => [
				commit,
				Object.values(services).map(({ image }) => image),
			]),
		]),
	);
}
