import { SupervisorError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { VolumeSpec } from '../model/resources.ts';
import type { TargetApp, TargetState } from '../model/target.ts';
import { toVolumeSpec, volumesOf } from '../plan/compose/volume-spec.ts';
import { fillerNameOf, type BackupFile, type VolumeFiller } from '../ports/backup.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineInventory } from '../ports/engine-inventory.ts';

export interface RestoreDeps {
	readonly file: BackupFile;
	readonly engine: Pick<ContainerEngine, 'createVolume'> & EngineInventory & VolumeFiller;
	readonly log: Logger;
}

/**
 * The volumes that the backup names hold its files, and the backup is retired; may be repeated after a cut. Its folders
 * must all be volumes of one fleet app of the target, and no container may have them.
 * @returns the volumes' names; undefined when there is no backup
 * @throws {SupervisorError} BACKUP_INVALID before anything is changed, ENGINE_UNAVAILABLE, NO_SPACE, HOST_FAILED …
 */
export async function restoreBackup(
	{ file, engine, log }: RestoreDeps,
	target: TargetState,
	signal: AbortSignal,
): Promise<readonly string[] | undefined> {
	const names = await file.volumes();
	if (names === undefined) return undefined;
	const specs = specsOf(names, { target, path: file.path });
	await refuseUsed(specs, { file, engine, signal });
	for (const [name, spec] of specs) {
		await engine.createVolume(spec, signal);
		const source = { archive: file.archiveOf(name), folder: name };
		await engine.fillVolume(spec.name, source, signal);
		log.info({ volume: spec.name }, 'volume is restored');
	}
	await file.retire();
	return names;
}

type Specs = readonly (readonly [name: string, spec: VolumeSpec])[];

function specsOf(
	names: readonly string[],
	{ target, path }: { readonly target: TargetState; readonly path: string },
): Specs {
	const apps = target.apps.filter((app) => app.class === 'fleet' && !app.isHost);
	const app = apps.find((candidate) => lackingIn(candidate, names).length === 0);
	const { release } = app ?? {};
	if (app === undefined || release === undefined) throw mismatch(names, { apps, path });
	const volumes = volumesOf(release);
	return names.flatMap((name) => {
		const volume = volumes[name];
		return volume === undefined ? [] : [[name, toVolumeSpec(name, volume, app)] as const];
	});
}

function lackingIn({ release }: TargetApp, names: readonly string[]): readonly string[] {
	const volumes = release === undefined ? {} : volumesOf(release);
	return names.filter((name) => !Object.hasOwn(volumes, name));
}

function mismatch(
	names: readonly string[],
	{ apps, path }: { readonly apps: readonly TargetApp[]; readonly path: string },
): SupervisorError {
	const [first] = apps;
	const lacking = first === undefined ? names : lackingIn(first, names);
	return new SupervisorError(
		`${path} cannot be restored: the target has no volume ${lacking.join(', ')}`,
		{ code: 'BACKUP_INVALID', retry: 'backoff' },
	);
}

/** What an app has written since is worth more than a backup. */
async function refuseUsed(
	specs: Specs,
	{ file, engine, signal }: Pick<RestoreDeps, 'file' | 'engine'> & { signal: AbortSignal },
): Promise<void> {
	const { containers } = await engine.listEverything(signal);
	for (const [, { name }] of specs) {
		const user = containers.find(
			({ names, volumes }) => volumes.includes(name) && !names.includes(fillerNameOf(name)),
		);
		if (user === undefined) continue;
		throw new SupervisorError(
			`${file.path} cannot be restored: container ${user.names[0] ?? user.id} has volume ${name}`,
			{ code: 'BACKUP_INVALID', retry: 'backoff' },
		);
	}
}
