import type { RefreshOptions } from '../cli/verb-types.ts';
import { inDevice, restartSupervisor } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { succeeds } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { DIST_MOUNT } from '../files/supervisor-conf.ts';
import { buildDist } from './build-dist.ts';
import { requireRunning } from './device.ts';
import { requireGroup, toolsFor } from './group.ts';
import type { Tools } from './tools.ts';
import { waitForApi } from './wait-for-api.ts';

/**
 * Builds ./dist and restarts the supervisor that runs from it, on every device of the group with `all`.
 * Resolves once it answers.
 * @throws {ToolError} if a device was not started with --mount-dist
 */
export async function refresh(
	tools: Tools,
	names: DindNames,
	{ optimize, all, json }: Omit<RefreshOptions, 'name'>,
): Promise<number> {
	const startedAtMs = tools.clock.monotonicMs();
	const devices = all ? await requireGroup(tools, names) : [names];
	await Promise.all([
		...devices.map((device) => requireMountedDist(tools, device)),
		buildDist(tools, { optimize }),
	]);
	const restart = (device: DindNames) =>
		restartAndWait(devices.length === 1 ? tools : toolsFor(tools, device), device);
	await Promise.all(devices.map(restart));
	const tookMs = Math.round(tools.clock.monotonicMs() - startedAtMs);
	tools.progress.say(`refreshed within ${(tookMs / 1000).toFixed(1)} s`);
	const refreshed = devices.map(({ name }) => name);
	if (json) tools.print(`${JSON.stringify({ refreshed, tookMs }, null, 2)}\n`);
	return 0;
}

async function requireMountedDist(tools: Tools, names: DindNames): Promise<void> {
	await requireRunning(tools, names);
	if (await succeeds(tools.shell, inDevice(names, 'test', '-d', DIST_MOUNT))) return;
	throw new ToolError(`the device ${names.name} does not run its supervisor from ./dist`, {
		todo: 'Start it with ./dindctl run --mount-dist, or build a new image with ./dindctl buildrun.',
	});
}

async function restartAndWait(tools: Tools, names: DindNames): Promise<void> {
	await tools.shell.read(restartSupervisor(names));
	await waitForApi(tools, names);
	tools.progress.say('the supervisor runs again');
}
