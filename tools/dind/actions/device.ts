import { docker } from '../commands/argv.ts';
import type { DindNames } from '../commands/names.ts';
import { containerState } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import type { Tools } from './tools.ts';

/** @throws {ToolError} unless the device's container runs */
export async function requireRunning(
	{ shell }: Pick<Tools, 'shell'>,
	names: DindNames,
): Promise<void> {
	const state = await containerState(shell, names.device);
	if (state === 'running') return;
	await requireEngine({ shell });
	const again = names.name === 'holdfast' ? '' : ` --name ${names.name}`;
	throw new ToolError(
		state === 'absent'
			? `there is no device named ${names.name} (container ${names.device})`
			: `the device ${names.name} does not run (container ${names.device} is ${state})`,
		{ todo: `Start it with ./dindctl run${again}.` },
	);
}

/** @throws {ToolError} if no container engine answers on this computer */
export async function requireEngine({ shell }: Pick<Tools, 'shell'>): Promise<void> {
	const { code, stderr } = await shell.capture(
		docker('version', '--format', '{{.Server.Version}}'),
	);
	if (code === 0) return;
	throw new ToolError(`the container engine does not answer: ${stderr.trim()}`, {
		todo: 'Start Docker, or run `sh tools/setup/setup engine`.',
	});
}
