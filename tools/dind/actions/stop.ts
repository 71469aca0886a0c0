import type { Argv } from '../commands/argv.ts';
import type { DindNames } from '../commands/names.ts';
import {
	listContainers,
	listNetworks,
	listVolumes,
	removeContainers,
	removeNetworks,
	removeVolumes,
} from '../commands/objects.ts';
import { list } from '../effects/engine.ts';
import { requireEngine } from './device.ts';
import type { Tools } from './tools.ts';

export interface StopOptions {
	/** False keeps the volumes: the next `run` finds the device's identity, images and data. */
	readonly clean: boolean;
}

/** What was removed, by kind. */
export interface StopResult {
	readonly containers: readonly string[];
	readonly volumes: readonly string[];
	readonly networks: readonly string[];
}

/**
 * Removes everything that carries the device's label. Whatever of it is gone already is no failure.
 * @throws {ToolError} if the engine does not answer or keeps something
 */
export async function stop(
	tools: Pick<Tools, 'shell'>,
	names: DindNames,
	{ clean }: StopOptions,
): Promise<StopResult> {
	const { shell } = tools;
	const containers = await list(shell, listContainers(names));
	if (containers.length > 0) await shell.read(removeContainers(containers));
	const networks = await list(shell, listNetworks(names));
	if (networks.length > 0) await shell.read(removeNetworks(networks));
	const volumes = clean ? await removeAllVolumes(tools, listVolumes(names)) : [];
	return { containers, volumes, networks };
}

async function removeAllVolumes({ shell }: Pick<Tools, 'shell'>, listing: Argv): Promise<string[]> {
	const volumes = await list(shell, listing);
	if (volumes.length > 0) await shell.read(removeVolumes(volumes));
	return volumes;
}

/** {@link stop}, and tells what was removed. */
export async function stopAndTell(
	tools: Tools,
	names: DindNames,
	options: StopOptions,
): Promise<number> {
	await requireEngine(tools);
	const { containers, volumes, networks } = await stop(tools, names, options);
	const removed = [...containers, ...networks, ...volumes];
	tools.progress.say(
		removed.length === 0
			? `nothing of a device named ${names.name} is here`
			: `removed ${removed.join(', ')}`,
	);
	return 0;
}
