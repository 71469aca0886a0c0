import type { CloudContext } from '../context.ts';
import type { DeviceRow, FleetRow } from '../store/rows.ts';
import type { TargetFacts } from './target-state.ts';

interface Subject {
	fleet: FleetRow;
	device: DeviceRow | undefined;
}

/** Reads what a device, or without one a fleet, is to run. */
export async function readTarget(
	{ fleet, device }: Subject,
	{ store, pollFloorMs }: CloudContext,
): Promise<TargetFacts> {
	const releaseId = device?.pinned_release_id ?? fleet.target_release_id;
	const release = releaseId === null ? undefined : await store.releases.byId(releaseId);
	const images = release === undefined ? [] : await store.images.ofRelease(release.id);
	const variables = await store.variables.forDevice({
		fleetId: fleet.id,
		deviceId: device?.id ?? null,
	});
	return { fleet, release, images, variables, pollFloorMs };
}
