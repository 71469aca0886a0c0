import type { DeviceRow, FleetRow, ImageRow, ReleaseRow, VariableRow } from '../store/rows.ts';
import { toConfig, toEnvironment, toLabels } from './variables.ts';

/** What a device is to run, as rows. */
export interface TargetFacts {
	fleet: FleetRow;
	/** Pinned or the fleet's; undefined when the fleet has none. */
	release: ReleaseRow | undefined;
	images: readonly ImageRow[];
	variables: readonly VariableRow[];
	pollFloorMs: number;
}

/** `location@digest`, without `@` as long as the digest is unknown. */
export const toImageName = ({
	location,
	content_hash,
}: Pick<ImageRow, 'location' | 'content_hash'>): string =>
	content_hash === null ? location.toLowerCase() : `${location.toLowerCase()}@${content_hash}`;

function toServices({ images, variables, pollFloorMs }: TargetFacts, release: ReleaseRow) {
	const labels = toLabels(toConfig(variables, pollFloorMs));
	return Object.fromEntries(
		images.map((image) => {
			const composition = release.composition.services[image.service_name];
			const service = {
				id: image.service_id,
				image_id: image.id,
				image: toImageName(image),
				environment: toEnvironment(variables, image.service_id),
				labels,
				...(composition === undefined ? {} : { composition }),
			};
			return [image.service_name, service];
		}),
	);
}

function toReleases(facts: TargetFacts) {
	const { release } = facts;
	if (release === undefined) return {};
	const { networks, volumes } = release.composition;
	const body = {
		id: release.id,
		...(facts.images.length === 0 ? {} : { services: toServices(facts, release) }),
		...(networks === undefined ? {} : { networks }),
		...(volumes === undefined ? {} : { volumes }),
	};
	return { releases: { [release.commit]: body } };
}

function toApps(facts: TargetFacts) {
	const { id, uuid, name } = facts.fleet;
	return { [uuid]: { id, name, is_host: false, class: 'fleet', ...toReleases(facts) } };
}

/** The document of `GET /device/v3/<uuid>/state`: name first, config last. */
export function toTargetState(device: DeviceRow, facts: TargetFacts) {
	const config = toConfig(facts.variables, facts.pollFloorMs);
	return { [device.uuid]: { name: device.name, apps: toApps(facts), config } };
}

/** The same for a whole fleet, of variables that belong to no device. */
export function toFleetTargetState(facts: TargetFacts) {
	const config = toConfig(facts.variables, facts.pollFloorMs);
	return { [facts.fleet.uuid]: { name: facts.fleet.name, apps: toApps(facts), config } };
}
