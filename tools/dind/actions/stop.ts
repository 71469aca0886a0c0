import type { Argv } from '../commands/argv.ts';
import type { DindNames } from '../commands/names.ts';
import type { Labelled } from '../commands/objects.ts';
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
import { findGroup } from './group.ts';
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
 * Removes everything that carries the device's label; the cloud and the network of its group with the last device of
 * that. Whatever of it is gone already is no failure.
 * @throws {ToolError} if the engine does not answer or keeps something
 */
export async function stop(
	tools: Pick<Tools, 'shell'>,
	names: DindNames,
	{ clean }: StopOptions,
): Promise<StopResult> {
	const { shell } = tools;
	const group = await findGroup(tools, names);
	const isLast = group.every(({ name }) => name === names.name);
	const find = async (toListing: (of: Labelled) => Argv) => {
		const own = await findOwn(tools, names, toListing);
		return isLast ? [...own, ...(await findShared(tools, names, toListing))] : own;
	};
	const containers = await find(listContainers);
	if (containers.length > 0) await shell.read(removeContainers(containers));
	const networks = await find(listNetworks);
	if (networks.length > 0) await shell.read(removeNetworks(networks));
	const volumes = clean ? await find(listVolumes) : [];
	if (volumes.length > 0) await shell.read(removeVolumes(volumes));
	return { containers, volumes, networks };
}

async function findOwn(
	{ shell }: Pick<Tools, 'shell'>,
	names: DindNames,
	toListing: (of: Labelled) => Argv,
): Promise<string[]> {
	return (await list(shell, toListing(names))).filter((name) => !isShared(names, name));
}

async function findShared(
	{ shell }: Pick<Tools, 'shell'>,
	names: DindNames,
	toListing: (of: Labelled) => Argv,
): Promise<string[]> {
	const found = await list(shell, toListing({ label: names.groupLabel }));
	return found.filter((name) => isShared(names, name));
}

function isShared({ cloud, network, cloudVolume }: DindNames, objectName: string): boolean {
	return [cloud, network, cloudVolume].includes(objectName);
}

export interface StopTell extends StopOptions {
	/** Every device of the group. */
	readonly all: boolean;
	readonly json: boolean;
}

/** {@link stop}, and tells what was removed. */
export async function stopAndTell(
	tools: Tools,
	names: DindNames,
	{ clean, all, json }: StopTell,
): Promise<number> {
	await requireEngine(tools);
	const found = all ? await findGroup(tools, names) : [];
	const removed: StopResult[] = [];
	for (const device of found.length === 0 ? [names] : found) {
		removed.push(await stop(tools, device, { clean }));
	}
	const result = {
		containers: removed.flatMap(({ containers }) => containers),
		volumes: removed.flatMap(({ volumes }) => volumes),
		networks: removed.flatMap(({ networks }) => networks),
	};
	const things = [...result.containers, ...result.networks, ...result.volumes];
	tools.progress.say(
		things.length === 0
			? `nothing of a device named ${names.name} is here`
			: `removed ${things.join(', ')}`,
	);
	if (json) tools.print(`${JSON.stringify(result, null, 2)}\n`);
	return 0;
}
