import { findServices, serviceShell } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { list } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { requireRunning } from './device.ts';
import type { Tools } from './tools.ts';

/** A service's container on the device's engine. */
interface ServiceContainer {
	readonly id: string;
	readonly state: string;
	readonly serviceName: string;
	readonly containerName: string;
}

/** Opens a shell in a service's container or runs one command there; resolves to its exit code. */
export async function shellInService(
	tools: Tools,
	names: DindNames,
	{ service, command }: { readonly service: string; readonly command: readonly string[] },
): Promise<number> {
	await requireRunning(tools, names);
	const lines = await list(tools.shell, findServices(names));
	const { id } = pickService(lines.map(parseLine), service);
	return await tools.shell.inherit(serviceShell(names, id, { command, terminal: tools.terminal }));
}

function parseLine(line: string): ServiceContainer {
	const [id = '', state = '', serviceName = '', containerName = ''] = line.split(' ');
	return { id, state, serviceName, containerName };
}

/**
 * The container that is meant by the name of a service, or by its own.
 * @throws {ToolError} that names those that run, if it is none of them or several
 */
export function pickService(
	containers: readonly ServiceContainer[],
	wanted: string,
): ServiceContainer {
	const running = containers.filter(({ state }) => state === 'running');
	const isMeant = ({ serviceName, containerName }: ServiceContainer) =>
		serviceName === wanted || containerName === wanted;
	const [found, second] = running.filter(isMeant);
	if (found !== undefined && second === undefined) return found;
	if (second !== undefined) {
		const several = running.filter(isMeant).map(({ containerName }) => containerName);
		throw new ToolError(`several containers are called ${wanted}`, {
			todo: `Name one of them: ${several.join(', ')}.`,
		});
	}
	const stopped = containers.find(isMeant);
	const known = [...new Set(running.map(({ serviceName }) => serviceName))].sort().join(', ');
	throw new ToolError(
		stopped === undefined
			? `the device has no service ${wanted}`
			: `the service ${wanted} does not run (its container is ${stopped.state})`,
		{ todo: known === '' ? 'None runs: see ./dindctl status.' : `These run: ${known}.` },
	);
}
