import type { Argv } from '../commands/argv.ts';
import { inspect } from '../commands/objects.ts';
import type { ContainerState } from '../status/device-status.ts';
import type { Shell } from './shell.ts';

/** Asks for one value of an object; undefined where there is no such object. */
export async function lookUp(shell: Shell, argv: Argv): Promise<string | undefined> {
	const { code, stdout } = await shell.capture(argv);
	return code === 0 ? stdout.trim() : undefined;
}

/** Runs a command whose failure is an answer. */
export async function succeeds(shell: Shell, argv: Argv): Promise<boolean> {
	return (await shell.capture(argv)).code === 0;
}

/** The lines a list command prints, without empty ones. @throws {ToolError} if it fails */
export async function list(shell: Shell, argv: Argv): Promise<string[]> {
	const text = await shell.read(argv);
	return text.split('\n').filter((line) => line !== '');
}

export async function containerState(shell: Shell, containerName: string): Promise<ContainerState> {
	const state = await lookUp(shell, inspect('container', containerName, '{{.State.Status}}'));
	switch (state) {
		case undefined:
			return 'absent';
		case 'created':
		case 'running':
		case 'exited':
		case 'paused':
			return state;
		default:
			return 'other';
	}
}

/** The value of a container's label; undefined where the container or the label is absent. */
export async function containerLabel(
	shell: Shell,
	containerName: string,
	label: string,
): Promise<string | undefined> {
	const format = `{{index .Config.Labels "${label}"}}`;
	const value = await lookUp(shell, inspect('container', containerName, format));
	return value === '' ? undefined : value;
}
