import { deviceShell, journalctl } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { requireRunning } from './device.ts';
import type { Tools } from './tools.ts';

/** Shows the device's journal; resolves to journalctl's exit code. */
export async function logs(
	tools: Tools,
	names: DindNames,
	journalArgs: readonly string[],
): Promise<number> {
	await requireRunning(tools, names);
	return await tools.shell.inherit(journalctl(names, journalArgs, tools));
}

/** Opens a shell on the device or runs one command there; resolves to its exit code. */
export async function shell(
	tools: Tools,
	names: DindNames,
	command: readonly string[],
): Promise<number> {
	await requireRunning(tools, names);
	return await tools.shell.inherit(deviceShell(names, command, tools));
}
