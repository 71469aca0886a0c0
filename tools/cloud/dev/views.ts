import { z } from 'zod';
import type { DeviceRow, FleetRow, InstallRow, ReleaseRow } from '../store/rows.ts';
import { Composition, Report } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { toImageName } from '../target/target-state.ts';

const text = z.string();
const textOrNull = z.string().nullable();

/** A release as people see it. */
export const ReleaseView = z.object({
	id: z.number(),
	commit: text,
	createdAt: text,
	composition: Composition,
	images: z.record(text, text).describe('Service name to `location@digest`'),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

export const FleetView = z.object({
	id: z.number(),
	uuid: text,
	name: text,
	deviceType: text,
	provisioningKey: text,
	target: ReleaseView.nullable(),
});
export type FleetView = z.infer<typeof FleetView>;

export const ServiceView = z.object({
	name: text,
	image: text,
	commit: text,
	status: text,
	downloadProgress: z.number().nullable(),
});
export type ServiceView = z.infer<typeof ServiceView>;

/** A device with what it last reported. */
export const DeviceView = z.object({
	id: z.number(),
	uuid: text,
	name: text,
	fleet: text,
	deviceType: text,
	apiKey: text,
	lastSeenAt: textOrNull,
	lastAddress: textOrNull,
	pinnedCommit: textOrNull,
	targetCommit: textOrNull,
	runningCommit: textOrNull,
	isFrozen: z.boolean(),
	report: Report,
	services: z.array(ServiceView),
	/** Mean progress of the running downloads in percent; null without one. */
	overallProgress: z.number().nullable(),
});
export type DeviceView = z.infer<typeof DeviceView>;

export async function toReleaseView(release: ReleaseRow, store: Store): Promise<ReleaseView> {
	const images = await store.images.ofRelease(release.id);
	return {
		id: release.id,
		commit: release.commit,
		createdAt: release.created_at,
		composition: release.composition,
		images: Object.fromEntries(images.map((image) => [image.service_name, toImageName(image)])),
	};
}

export async function toFleetView(fleet: FleetRow, store: Store): Promise<FleetView> {
	const { id, uuid, name, device_type, provisioning_key, target_release_id } = fleet;
	const target =
		target_release_id === null ? undefined : await store.releases.byId(target_release_id);
	return {
		id,
		uuid,
		name,
		deviceType: device_type,
		provisioningKey: provisioning_key,
		target: target === undefined ? null : await toReleaseView(target, store),
	};
}

const toServiceView = (row: InstallRow): ServiceView => ({
	name: row.service_name,
	image: toImageName(row),
	commit: row.commit,
	status: row.status,
	downloadProgress: row.download_progress,
});

function toProgress(installs: readonly InstallRow[]): number | null {
	const running = installs
		.filter(({ status }) => status === 'Downloading')
		.map(({ download_progress }) => download_progress ?? 0);
	if (running.length === 0) return null;
	return Math.round(running.reduce((sum, one) => sum + one, 0) / running.length);
}

export async function toDeviceView(device: DeviceRow, store: Store): Promise<DeviceView> {
	const fleet = await store.fleets.byId(device.fleet_id);
	const installs = await store.installs.ofDevice(device.id);
	const commitOf = async (releaseId: number | null | undefined): Promise<string | null> =>
		releaseId === null || releaseId === undefined
			? null
			: ((await store.releases.byId(releaseId))?.commit ?? null);
	return {
		id: device.id,
		uuid: device.uuid,
		name: device.name,
		fleet: fleet?.name ?? '',
		deviceType: device.device_type,
		apiKey: device.api_key,
		lastSeenAt: device.last_seen_at,
		lastAddress: device.last_address,
		pinnedCommit: await commitOf(device.pinned_release_id),
		targetCommit: await commitOf(device.pinned_release_id ?? fleet?.target_release_id),
		runningCommit: await commitOf(device.running_release_id),
		isFrozen: device.frozen,
		report: device.report,
		services: installs.map(toServiceView),
		overallProgress: toProgress(installs),
	};
}
