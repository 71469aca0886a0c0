import { canonicalJson } from '../kit/digest.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp } from '../model/target.ts';
import { updateStatusOf, type UpdateStatus } from './app-status.ts';
import { reportServices, type ServiceReport } from './service-report.ts';

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
}

/**
 * The apps of the target with every image the device has of them. The cloud refuses the whole report when one image is
 * not of the release it is told under, or is told twice, so:
 * - apps that are not in the target are left out, and so are containers whose image nobody pulled for their app;
 * - an image is told once per app: under the target's release before others, and for the first service of that release
 *   when several have the same image.
 * @returns undefined until both the target and the engine were read: half the truth would delete the rest
 */
export function reportAppsToCloud(
	snapshot: DeviceSnapshot,
	images: readonly KnownImage[],
): Readonly<Record<string, CloudAppReport>> | undefined {
	const { target, observed } = snapshot;
	if (target === undefined || observed === undefined) return undefined;
	const pulled = new Set(images.map(({ appUuid, reference }) => `${appUuid} ${reference}`));
	const rows = reportServices(snapshot).filter(
		({ appUuid, image, isTarget }) => isTarget || pulled.has(`${appUuid} ${image}`),
	);
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
		...(current === undefined ? {} : { release_uuid: current }),
		releases: Object.fromEntries(releases),
	};
}

/** The first row of a service wins. */
function reportRows(rows: readonly ServiceReport[]): Record<string, CloudServiceReport> {
	const services: Record<string, CloudServiceReport> = {};
	for (const { serviceName, image, status, downloadProgress } of rows) {
		services[serviceName] ??= {
			image,
			status: status.slice(0, 50),
			...(downloadProgress === null ? {} : { download_progress: Math.round(downloadProgress) }),
		};
	}
	return services;
}

/** The target's rows come first, so that its release is told when an older one has the same image. */
function uniqueByImage(rows: readonly ServiceReport[]): ServiceReport[] {
	const target = rows.filter(({ isTarget }) => isTarget);
	const others = rows.filter(({ isTarget }) => !isTarget);
	const merged = target.map((row) => asItRuns(row, others));
	const taken = new Set<string>();
	return [...merged, ...others].filter(({ image }) => {
		const isNew = !taken.has(image);
		taken.add(image);
		return isNew;
	});
}

/** A service whose old container has the image already is what that container is, though the release changed. */
function asItRuns(row: ServiceReport, others: readonly ServiceReport[]): ServiceReport {
	if (row.status !== 'Downloaded') return row;
	const old = others.find(
		({ image, serviceName }) => image === row.image && serviceName === row.serviceName,
	);
	if (old === undefined) return row;
	const { status, containerId, createdAtSec } = old;
	return { ...row, status, containerId, createdAtSec };
}

/** Two running containers of one service in different releases are handing over: the newer one waits. */
function withHandover(rows: readonly ServiceReport[]): ServiceReport[] {
	return rows.map((row) => {
		if (row.status !== 'Running') return row;
		const rivals = rows.filter(
			(other) =>
				other.serviceName === row.serviceName &&
				other.status === 'Running' &&
				other.commit !== row.commit,
		);
		if (rivals.length === 0) return row;
		const isNewest = rivals.every(
			({ createdAtSec = 0 }) => createdAtSec <= (row.createdAtSec ?? 0),
		);
		return { ...row, status: isNewest ? 'Awaiting handover' : 'Handing over' };
	});
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
