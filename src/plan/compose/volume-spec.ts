import { labelNames } from '../../model/labels.ts';
import type { VolumeDefinition, VolumeSpec } from '../../model/resources.ts';
import type { TargetApp, TargetRelease } from '../../model/target.ts';
import { volumeNameOf } from './names.ts';

/** A volume of a composition as the engine is asked to make it (contract 4.3). */
export function toVolumeSpec(name: string, volume: VolumeDefinition, app: TargetApp): VolumeSpec {
	return {
		...volume,
		name: volumeNameOf(app.appId, name),
		labels: {
			...volume.labels,
			[labelNames.supervised]: 'true',
			[labelNames.appUuid]: app.appUuid,
		},
	};
}

/** The volumes of a release by their names in the composition: the declared ones, and those its services only name. */
export function volumesOf(release: TargetRelease): Readonly<Record<string, VolumeDefinition>> {
	const named = release.services.flatMap(({ composition }) =>
		composition.volumes.flatMap((mount) => (mount.type === 'volume' ? [mount.volume] : [])),
	);
	const implicit = Object.fromEntries([...new Set(named)].map((name) => [name, plainVolume]));
	return { ...implicit, ...release.volumes };
}

const plainVolume: VolumeDefinition = { driver: 'local', driverOpts: {}, labels: {} };
