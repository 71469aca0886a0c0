import { resolve } from 'node:path';
import { toCgroupArgs, toPrivilegeArgs } from '../../../tools/dind/commands/capabilities.ts';
import { docker } from '../../../tools/dind/commands/argv.ts';
import { observeHost } from '../../../tools/dind/effects/host.ts';
import { createShell } from '../../../tools/dind/effects/shell.ts';

export const repository = resolve(import.meta.dirname, '../../..');

export const shell = createShell();

/** Label of everything the tests make on this computer's engine; its value is the process that owns it. */
const ownerLabel = 'io.holdfast.test-owner';

export const ownerArgs: readonly string[] = ['--label', `${ownerLabel}=${process.pid}`];

/** Arguments of `docker run` that let a container be a device on this computer. */
export async function deviceArgs(): Promise<string[]> {
	const { missingCapabilities, cgroupVersion } = await observeHost(shell);
	return [...toPrivilegeArgs(missingCapabilities), ...toCgroupArgs(cgroupVersion)];
}

/** Removes containers and their volumes; absent ones are as wanted. */
export async function removeContainers(names: readonly string[]): Promise<void> {
	if (names.length > 0) await shell.capture(docker('rm', '--force', '--volumes', ...names));
}

/** Removes what test runs left behind that were killed before they could clear up. */
export async function removeOrphans(): Promise<void> {
	const format = `{{.ID}} {{.Label "${ownerLabel}"}}`;
	const list = await shell.read(
		docker('ps', '--all', '--filter', `label=${ownerLabel}`, '--format', format),
	);
	const orphans = list
		.split('\n')
		.map((line) => line.split(' '))
		.flatMap(([id, owner]) => (id !== undefined && owner && !isAlive(Number(owner)) ? [id] : []));
	await removeContainers(orphans);
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
