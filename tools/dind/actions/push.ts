import type { CloudClient } from '../../cloud/client.ts';
import type { PushOptions } from '../cli/program.ts';
import type { DindNames } from '../commands/names.ts';
import type { Tools } from './tools.ts';

export async function findFleet(cloud: CloudClient, name?: string) {
	const fleets = await cloud.listFleets();
	const found = name === undefined ? fleets[0] : fleets.find((fleet) => fleet.name === name);
	if (found === undefined) throw new Error('no fleet');
	return found;
}

export async function pushExample(
	_tools: Tools,
	_names: DindNames,
	_cloud: CloudClient,
): Promise<void> {
	await Promise.resolve();
}

export async function push(
	_tools: Tools,
	_names: DindNames,
	_options: PushOptions & { readonly dir: string },
): Promise<number> {
	return await Promise.resolve(1);
}
