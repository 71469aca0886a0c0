import { hasCode } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedVolume } from '../model/observed.ts';
import type { TargetState } from '../model/target.ts';
import { volumeNameOf } from '../plan/compose/names.ts';
import { volumesOf } from '../plan/compose/volume-spec.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

export interface VolumeCleanUpDeps {
	readonly engine: Pick<ContainerEngine, 'listContainers' | 'listVolumes' | 'removeVolume'>;
	/** Every target that holds or may hold again: that of the cloud stays known in local mode. */
	readonly targets: () => Promise<readonly TargetState[]>;
	readonly log: Logger;
}

/**
 * The volumes of the apps in scope that no target declares and no container mounts are gone afterwards; nobody else's.
 * A device that has no target loses none.
 * @param isInScope - whether volumes of the app of this number may go
 * @throws {SupervisorError} ENGINE_UNAVAILABLE, ENGINE_REFUSED, STORE_FAILED
 */
export async function cleanUpVolumes(
	isInScope: (appId: number) => boolean,
	{ engine, targets, log }: VolumeCleanUpDeps,
	signal: AbortSignal,
): Promise<void> {
	const known = await targets();
	if (known.length === 0) return;
	const volumes = await engine.listVolumes(signal);
	const containers = await engine.listContainers(signal);
	const kept = new Set([
		...containers.flatMap((container) => container.volumes),
		...known.flatMap(declaredBy),
	]);
	for (const volume of volumes) {
		const appId = appIdOf(volume);
		if (appId === undefined || !isInScope(appId) || kept.has(volume.name)) continue;
		if (known.some((target) => isRejected(volume, target))) continue;
		await engine.removeVolume(volume.name, signal).then(
			() => log.info({ volume: volume.name, appId }, 'unused volume is removed'),
			(err: unknown) => {
				if (!hasCode(err, 'ENGINE_REFUSED')) throw err; // a container that is not ours mounts it
				log.info({ volume: volume.name, appId, err }, 'unused volume is kept');
			},
		);
	}
}

function declaredBy({ apps }: TargetState): string[] {
	return apps.flatMap(({ appId, release }) =>
		release === undefined
			? []
			: Object.keys(volumesOf(release)).map((name) => volumeNameOf(appId, name)),
	);
}

/** The number that its name begins with. */
function appIdOf({ name }: ObservedVolume): number | undefined {
	const digits = /^(\d+)_./.exec(name)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** Nobody knows what an app declares whose part of the target cannot be read. */
function isRejected(volume: ObservedVolume, { rejected }: TargetState): boolean {
	return rejected.some(
		({ appId, appUuid }) =>
			appId === appIdOf(volume) || appUuid === volume.labels[labelNames.appUuid],
	);
}
