import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CloudClient } from '../../cloud/client.ts';
import { createClient } from '../../cloud/client.ts';
import { CloudClientError } from '../../cloud/client-send.ts';
import type { FleetView } from '../../cloud/dev/views.ts';
import type { PushResult } from '../../cloud/push.ts';
import { PushError, pushProject } from '../../cloud/push.ts';
import type { PushOptions } from '../cli/verb-types.ts';
import type { DindNames } from '../commands/names.ts';
import { ToolError } from '../effects/errors.ts';
import type { CloudAddress } from './dev-cloud.ts';
import { observeCloud } from './dev-cloud.ts';
import type { Tools } from './tools.ts';

/** The app that a new device is given. */
const EXAMPLE = 'examples/hello';

/** Makes a release of a folder and the target of its fleet; prints it. */
export async function push(
	tools: Tools,
	names: DindNames,
	{ dir, fleet: fleetName, json }: PushOptions & { readonly dir: string },
): Promise<number> {
	const folder = resolve(dir);
	if (!existsSync(folder)) throw new ToolError(`there is no folder ${folder}`);
	const address = await observeCloud(tools, names);
	const fleet = await findFleet(createClient(address), fleetName);
	const result = await pushFolder(tools, address, { dir: folder, fleet: fleet.name });
	tools.print(json ? `${JSON.stringify(result, null, 2)}\n` : `${result.release.commit}\n`);
	return 0;
}

/**
 * Gives the fleet its first release, the example. A fleet that has one is left as it is.
 * @returns the commit of the release that was made; undefined where none was
 */
export async function pushExample(
	tools: Tools,
	names: DindNames,
	cloud: CloudClient,
): Promise<string | undefined> {
	const fleet = await findFleet(cloud);
	if (fleet.target !== null) return undefined;
	const address = await observeCloud(tools, names);
	const dir = join(tools.root, EXAMPLE);
	const { release } = await pushFolder(tools, address, { dir, fleet: fleet.name });
	return release.commit;
}

/** The fleet of this name; the first one where no name is given. @throws {ToolError} if there is none */
export async function findFleet(cloud: CloudClient, fleetName?: string): Promise<FleetView> {
	const fleets = await askCloud(() => cloud.listFleets());
	const [first] = fleets;
	const found = fleetName === undefined ? first : fleets.find(({ name }) => name === fleetName);
	if (found !== undefined) return found;
	const known = fleets.map(({ name }) => name).join(', ');
	throw new ToolError(`the development cloud has no fleet ${fleetName ?? ''}`.trim(), {
		todo: known === '' ? 'Its fleets are in tools/cloud/fleets.yaml.' : `It has: ${known}.`,
	});
}

async function pushFolder(
	{ progress, signal }: Tools,
	address: CloudAddress,
	{ dir, fleet }: { readonly dir: string; readonly fleet: string },
): Promise<PushResult> {
	return await askCloud(() =>
		pushProject({
			...address,
			dir,
			fleet,
			client: createClient(address),
			say: (line) => progress.say(line),
			signal,
		}),
	);
}

/** What the cloud's own code throws is for the developer, too. */
async function askCloud<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (cause) {
		if (cause instanceof PushError || cause instanceof CloudClientError) {
			throw new ToolError(cause.message, { cause });
		}
		throw cause;
	}
}
