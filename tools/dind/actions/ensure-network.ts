import { docker } from '../commands/argv.ts';
import type { DindNames } from '../commands/names.ts';
import { createNetwork, toSubnets } from '../commands/objects.ts';
import { lookUp } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import type { Tools } from './tools.ts';

/**
 * Afterwards the network of the device and its cloud is there.
 * @throws {ToolError} if each of its subnets is taken by another network
 */
export async function ensureNetwork(
	{ shell }: Pick<Tools, 'shell'>,
	names: DindNames,
): Promise<void> {
	const look = docker('network', 'inspect', '--format', '{{.Id}}', names.network);
	if ((await lookUp(shell, look)) !== undefined) return;
	const refusals: string[] = [];
	for (const subnet of toSubnets(names.group)) {
		const { code, stderr } = await shell.capture(createNetwork(names, subnet));
		if (code === 0) return;
		refusals.push(`${subnet}: ${stderr.trim()}`);
		if (!/overlap/i.test(stderr)) break;
	}
	throw new ToolError(`the network ${names.network} cannot be made:\n${refusals.join('\n')}`, {
		todo: 'Remove networks that nobody needs: docker network prune.',
	});
}
