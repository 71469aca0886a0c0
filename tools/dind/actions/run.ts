import Bluebird from 'bluebird';
import type { CloudClient } from '../../cloud/client.ts';
import { createClient } from '../../cloud/client.ts';
import type { RunOptions } from '../cli/options.ts';
import type { DindNames } from '../commands/names.ts';
import { toDindNames } from '../commands/names.ts';
import { containerState } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { observeHost } from '../effects/host.ts';
import type { RunContext } from './bring-up.ts';
import { fillDevice, startDevice, waitForEnd } from './bring-up.ts';
import { buildDist } from './build-dist.ts';
import { ensureDevCloud, observeCloud } from './dev-cloud.ts';
import type { DeviceOutcome } from './ensure-device.ts';
import {
	buildSupervisorImage,
	ensureCloudImage,
	ensureDeviceImage,
	ensureSupervisorImage,
} from './ensure-images.ts';
import { ensureNetwork } from './ensure-network.ts';
import { toolsFor } from './group.ts';
import type { RunInputs } from './plan-run.ts';
import { readRunInputs, toMembers } from './plan-run.ts';
import { checkPreloadedProject, withPreloadedProject } from './preload-project.ts';
import { pushExample } from './push.ts';
import { setUp } from './set-up.ts';
import { tellWhereToLook } from './tell-where.ts';
import type { Tools } from './tools.ts';

/** Images are copied into so many devices at once. */
const FILLED_AT_ONCE = 2;

/**
 * Brings devices up from whatever is there, one unless more are asked for. Afterwards each runs its services, or, with a
 * cloud of its own, its supervisor.
 * @throws {ToolError} for a file that is not valid, before anything is started; for whatever fails later
 */
export async function run(
	tools: Tools,
	options: RunOptions,
	{ rebuild }: { readonly rebuild: boolean },
): Promise<number> {
	const members = toMembers(options);
	const files = readRunInputs(tools.root, options);
	if (members.length > 1) requireNoIdentity(files);
	await checkPreloadedProject(options);
	await setUp(tools);
	return await withPreloadedProject(tools, options, async (preload = files.preload) => {
		await bringUp(tools, { options, members, inputs: { ...files, preload }, rebuild });
		return 0;
	});
}

interface Bringing {
	readonly options: RunOptions;
	/** The options of each device. */
	readonly members: readonly RunOptions[];
	readonly inputs: RunInputs;
	readonly rebuild: boolean;
}

async function bringUp(
	tools: Tools,
	{ options, members, inputs, rebuild }: Bringing,
): Promise<void> {
	const host = await observeHost(tools.shell);
	const image = await makeImages(tools, options, { inputs, rebuild });
	if (options.mountDist) await buildDist(tools, options);
	const names = toDindNames(toDindNames(options.name).group);
	await ensureNetwork(tools, names);
	const cloud = needsDevCloud(inputs) ? await findCloud(tools, names, options) : undefined;
	const contexts = members.map((member) => {
		return { options: member, names: toDindNames(member.name), inputs, host };
	});
	const devices = await startDevices(tools, contexts, { image, cloud });
	const [, release] = await settleAll([
		fillDevices(devices, image),
		cloud === undefined ? undefined : pushExample(tools, names, cloud),
	]);
	await settleAll(devices.map((device) => waitForEnd(device.tools, device.context, release)));
	await tellWhereToLook(tools, members);
}

/** A further device of a group takes the cloud as it is; the first one says which ports it has. */
async function findCloud(
	tools: Tools,
	names: DindNames,
	options: RunOptions,
): Promise<CloudClient> {
	const isFurther = options.name !== names.name;
	if (isFurther && (await containerState(tools.shell, names.cloud)) === 'running') {
		return createClient(await observeCloud(tools, names));
	}
	return await ensureDevCloud(tools, names, options);
}

/** One configuration with an identity would make one device of them all. */
function requireNoIdentity({ config }: RunInputs): void {
	const keys = ['uuid', 'deviceApiKey', 'registered_at', 'deviceId'];
	const has = keys.filter((key) => config?.parsed[key] !== undefined);
	if (has.length === 0) return;
	throw new ToolError(`config.json is of one device already: it has ${has.join(', ')}`, {
		todo: 'Remove that from it, so that each device gets an identity of its own, or leave --count out.',
	});
}

/** @returns the name of the supervisor image */
async function makeImages(
	tools: Tools,
	options: RunOptions,
	{ inputs, rebuild }: { readonly inputs: RunInputs; readonly rebuild: boolean },
): Promise<string> {
	const makeSupervisor = rebuild ? buildSupervisorImage : ensureSupervisorImage;
	const [image] = await settleAll([
		makeSupervisor(tools, options),
		ensureDeviceImage(tools, options.dindImage),
		needsDevCloud(inputs) ? ensureCloudImage(tools) : undefined,
	]);
	return image;
}

/** A device that starts from what it comes with shall not be given something else by the cloud. */
function needsDevCloud({ config, preload }: RunInputs): boolean {
	return config === undefined && preload === undefined;
}

interface StartedDevice {
	readonly tools: Tools;
	readonly context: RunContext;
	readonly outcome: DeviceOutcome;
}

/** One after another: the engine is quick, and the first fault stops it. */
async function startDevices(
	tools: Tools,
	contexts: readonly RunContext[],
	parts: { readonly image: string; readonly cloud: CloudClient | undefined },
): Promise<StartedDevice[]> {
	const devices: StartedDevice[] = [];
	for (const context of contexts) {
		const own = contexts.length === 1 ? tools : toolsFor(tools, context.names);
		devices.push({ tools: own, context, outcome: await startDevice(own, context, parts) });
	}
	return devices;
}

async function fillDevices(devices: readonly StartedDevice[], image: string): Promise<void> {
	const fill = ({ tools, context, outcome }: StartedDevice) =>
		fillDevice(tools, context, { image, outcome });
	await Bluebird.map(devices, fill, { concurrency: FILLED_AT_ONCE });
}

/** Waits for all of them, whatever happens to one; then the first failure counts. */
async function settleAll<T extends readonly unknown[]>(
	jobs: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
	await Promise.allSettled(jobs);
	return await Promise.all(jobs);
}
