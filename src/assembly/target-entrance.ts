import path from 'node:path';
import { createBackupGate } from '../control/backup-gate.ts';
import { createBackupFile } from '../host/backup-file.ts';
import { createTargetConfigFile } from '../host/target-config-file.ts';
import type { Job } from '../kit/job.ts';
import type { Basis } from './basis.ts';
import type { TargetSetter } from './target-setter.ts';

/** The way of every target into force. */
export interface TargetEntrance {
	readonly setTarget: TargetSetter;
	readonly jobs: readonly Job[];
}

/**
 * Every target's configuration is told to the host; and where a migration has left a backup on the data partition,
 * targets wait for its volumes.
 */
export async function createTargetEntrance(
	basis: Basis,
	enter: TargetSetter,
	announce: (message: string) => void,
): Promise<TargetEntrance> {
	const { environment, clock, log } = basis;
	const configFile = createTargetConfigFile({ root: environment.rootMountpoint, clock, log });
	const setTarget: TargetSetter = (target, options) => {
		configFile.note(target.config);
		enter(target, options);
	};
	const gated = await behindBackup(basis, setTarget, announce);
	return { ...gated, jobs: [configFile, ...gated.jobs] };
}

async function behindBackup(
	{ environment, configJson, engine, clock, log }: Basis,
	setTarget: TargetSetter,
	announce: (message: string) => void,
): Promise<TargetEntrance> {
	const file = createBackupFile(path.join(environment.dataMountpoint, 'backup.tgz'));
	const isThere = await file.isThere().catch((err: unknown) => {
		log.warn({ err }, 'cannot look for a backup, going on without it');
		return false;
	});
	if (!isThere) return { setTarget, jobs: [] };
	const retryDelayMs = configJson.bootstrapRetryDelay;
	const gate = createBackupGate({ file, engine, setTarget, retryDelayMs, clock, announce, log });
	return { setTarget: gate.setTarget, jobs: [gate] };
}
