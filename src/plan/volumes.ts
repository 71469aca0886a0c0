import type { CreateVolumeStep } from '../model/plan.ts';
import type { AppScene } from './app-scene.ts';
import { toVolumeSpec, volumesOf } from './compose/volume-spec.ts';
import { stepIds } from './step-ids.ts';

/** The volumes of the release that are absent. A volume that is there stays as it is, whatever its definition says. */
export function volumeSteps({ app, release, index }: AppScene): CreateVolumeStep[] {
	return Object.entries(volumesOf(release)).flatMap(([name, volume]) => {
		const spec = toVolumeSpec(name, volume, app);
		if (index.hasVolume(spec.name)) return [];
		return [
			{
				kind: 'createVolume',
				id: stepIds.createVolume(spec.name),
				resource: name,
				cause: 'absent on engine',
				after: [],
				appUuid: app.appUuid,
				spec,
			},
		];
	});
}
