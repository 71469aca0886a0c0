import type { DeviceRow, ImageRow, ReleaseRow } from '../store/rows.ts';
import { toImageName, type TargetFacts } from './target-state.ts';
import { toConfig, toEnvironment, toLabels } from './variables.ts';

function toService(image: ImageRow, release: ReleaseRow, facts: TargetFacts) {
	const {
		environment: _environment,
		labels,
		...composition
	} = release.composition.services[image.service_name] ?? {};
	const own = typeof labels === 'object' && !Array.isArray(labels) ? labels : {};
	return {
		...composition,
		imageId: image.id,
		serviceName: image.service_name,
		image: toImageName(image),
		running: true,
		environment: toEnvironment(facts.variables, image.service_id),
		labels: { ...own, ...toLabels(toConfig(facts.variables, facts.pollFloorMs)) },
	};
}

function toRelease(facts: TargetFacts) {
	const { release } = facts;
	if (release === undefined) return { services: {}, networks: {}, volumes: {} };
	return {
		releaseId: release.id,
		commit: release.commit,
		services: Object.fromEntries(
			facts.images.map((image) => [image.service_id, toService(image, release, facts)]),
		),
		networks: release.composition.networks ?? {},
		volumes: release.composition.volumes ?? {},
	};
}

/** The document of `GET /device/v2/<uuid>/state`, for old clients: numbers as keys, compositions flattened. */
export function toTargetStateV2(device: DeviceRow, facts: TargetFacts) {
	const { fleet } = facts;
	return {
		local: {
			name: device.name,
			config: toConfig(facts.variables, facts.pollFloorMs),
			apps: { [fleet.id]: { name: fleet.name, ...toRelease(facts) } },
		},
		dependent: { apps: {}, devices: {} },
	};
}
