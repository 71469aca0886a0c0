import { parseContainerName } from '../model/container-name.ts';
import { serviceKeyOf, type AppUuid } from '../model/ids.ts';
import { findImage } from '../model/image-reference.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetApp, TargetService } from '../model/target.ts';

/** One service in one release: what is seen of it now. */
export interface ServiceReport {
	readonly appUuid: string;
	readonly appId: number;
	readonly serviceName: string;
	readonly serviceId: number;
	/** The cloud's number of the image. */
	readonly imageId: number;
	readonly releaseId: number;
	readonly commit: string;
	/** Image reference as in the target; of a container outside the target, as it was made. */
	readonly image: string;
	/** A word of the status vocabulary (contract 2.3). */
	readonly status: string;
	/** 0 to 100 while the image is downloaded. */
	readonly downloadProgress: number | null;
	readonly containerId?: string | undefined;
	/** Unix seconds. */
	readonly createdAtSec?: number | undefined;
	/** Part of the present target. */
	readonly isTarget: boolean;
}

const words: Partial<Record<ObservedContainer['state'], string>> = {
	running: 'Running',
	created: 'Installed',
	dead: 'Dead',
};

/** The status word of a container at rest: ours for running, created and dead, else the engine's. */
export function statusOfContainer({ state }: Pick<ObservedContainer, 'state'>): string {
	return words[state] ?? state;
}

/**
 * A row for every service of the target, and one for every further container of ours. Rows of one app stand together,
 * the target's first.
 */
export function reportServices(snapshot: DeviceSnapshot): ServiceReport[] {
	const world = { ...snapshot, named: byName(snapshot.observed?.containers ?? []) };
	const targetRows = (snapshot.target?.apps ?? []).flatMap((app) =>
		(app.release?.services ?? []).map((service) => reportTargetService(world, app, service)),
	);
	const shown = new Set(targetRows.map(({ containerId }) => containerId));
	const otherRows = (snapshot.observed?.containers ?? [])
		.filter(({ containerId }) => !shown.has(containerId))
		.map((container) => reportStrayContainer(snapshot, container));
	return [...targetRows, ...otherRows.filter((row) => row !== undefined)];
}

interface World extends DeviceSnapshot {
	readonly named: ReadonlyMap<string, readonly ObservedContainer[]>;
}

function reportTargetService(world: World, app: TargetApp, service: TargetService): ServiceReport {
	const container = newestContainer(world, app, service);
	return {
		appUuid: app.appUuid,
		appId: app.appId,
		serviceName: service.serviceName,
		serviceId: service.serviceId,
		imageId: service.imageId,
		releaseId: app.release?.releaseId ?? 0,
		commit: app.release?.commit ?? '',
		image: service.image,
		...statusOfTarget(world, { app, service, container }),
		containerId: container?.containerId,
		createdAtSec: container?.createdAtSec,
		isTarget: true,
	};
}

function statusOfTarget(
	snapshot: DeviceSnapshot,
	{
		app,
		service,
		container,
	}: { app: TargetApp; service: TargetService; container: ObservedContainer | undefined },
): Pick<ServiceReport, 'status' | 'downloadProgress'> {
	const { pulls } = snapshot;
	const percent = Object.hasOwn(pulls, service.image) ? pulls[service.image] : undefined;
	if (percent !== undefined) return { status: 'Downloading', downloadProgress: percent };
	const doing = snapshot.volatile[serviceKeyOf(app.appUuid, service.serviceName)];
	const isOldStopping = doing === 'Stopping' && container === undefined;
	if (doing !== undefined && !isOldStopping) return { status: doing, downloadProgress: null };
	if (container !== undefined) {
		return { status: statusOfContainer(container), downloadProgress: null };
	}
	const hasImage = findImage(snapshot.observed?.images ?? [], service.image) !== undefined;
	return hasImage
		? { status: 'Downloaded', downloadProgress: null }
		: { status: 'Downloading', downloadProgress: 0 };
}

/** The newest container that runs this service in this release. */
function newestContainer(
	{ named }: World,
	app: TargetApp,
	{ serviceName }: TargetService,
): ObservedContainer | undefined {
	const commit = app.release?.commit ?? '';
	return (named.get(nameKey({ serviceName, commit })) ?? [])
		.filter(({ labels }) => appUuidOf(labels, app) === app.appUuid)
		.toSorted((a, b) => b.createdAtSec - a.createdAtSec)[0];
}

/** The containers by the service and the release in their names, without those that make way for a newer one. */
function byName(
	containers: readonly ObservedContainer[],
): ReadonlyMap<string, readonly ObservedContainer[]> {
	const named = new Map<string, ObservedContainer[]>();
	for (const container of containers) {
		const { name, labels } = container;
		const identity = parseContainerName(name, labels[labelNames.serviceName]);
		if (identity === undefined || name.startsWith(`old_${identity.serviceName}_`)) continue;
		const key = nameKey(identity);
		const group = named.get(key);
		if (group === undefined) named.set(key, [container]);
		else group.push(container);
	}
	return named;
}

const nameKey = ({ serviceName, commit }: { serviceName: string; commit: string }): string =>
	`${serviceName}\n${commit}`;

/** Containers of older supervisors may lack the uuid label: the app's number decides then. */
function appUuidOf(
	labels: Readonly<Record<string, string>>,
	app: TargetApp,
): AppUuid | string | undefined {
	const uuid = labels[labelNames.appUuid];
	if (uuid !== undefined) return uuid;
	return labels[labelNames.appId] === String(app.appId) ? app.appUuid : undefined;
}

function reportStrayContainer(
	snapshot: DeviceSnapshot,
	container: ObservedContainer,
): ServiceReport | undefined {
	const { labels, name } = container;
	const identity = parseContainerName(name, labels[labelNames.serviceName]);
	const appUuid = labels[labelNames.appUuid];
	if (identity === undefined || appUuid === undefined) return undefined;
	const isStopping = snapshot.volatile[`${appUuid}/${identity.serviceName}`] === 'Stopping';
	return {
		appUuid,
		appId: Number(labels[labelNames.appId] ?? 0),
		serviceName: identity.serviceName,
		serviceId: Number(labels[labelNames.serviceId] ?? 0),
		imageId: identity.imageId,
		releaseId: identity.releaseId,
		commit: identity.commit,
		image: container.imageReference,
		status: isStopping ? 'Stopping' : statusOfContainer(container),
		downloadProgress: null,
		containerId: container.containerId,
		createdAtSec: container.createdAtSec,
		isTarget: false,
	};
}
