import { buildDist } from '../actions/build-dist.ts';
import type { Tools } from '../actions/tools.ts';
import { commandFailed } from '../effects/shell.ts';
import type { SupervisorPlace, Transport } from './commands.ts';
import {
	copyDist,
	findSupervisor,
	followLog,
	packFolder,
	restartContainer,
	tailLog,
} from './commands.ts';
import { explainFailure } from './failures.ts';

export interface SyncOptions {
	readonly transport: Transport;
	readonly optimize: boolean;
	/** Keep showing the log until interrupted. */
	readonly follow: boolean;
}

/**
 * Builds ./dist, puts it into the supervisor that runs on a device and restarts that.
 * The containers of the device's apps are not touched.
 * @throws {ToolError} that says which part failed
 */
export async function sync(
	tools: Tools,
	{ transport, optimize, follow }: SyncOptions,
): Promise<number> {
	const { shell, progress } = tools;
	const at = `${transport.host}:${transport.port}`;
	const place = await findPlace(tools, transport);
	progress.say(`found ${place.container} on ${at} (${place.engine})`);
	const distDir = await buildDist(tools, { optimize });
	await shell.pipe(packFolder(distDir), copyDist(transport, place));
	progress.say('copied ./dist onto it');
	const startedAt = await restart(tools, transport, place);
	progress.say('restarted; its log:');
	if (follow) return await shell.inherit(followLog(transport, place, startedAt));
	tools.print(`${await shell.read(tailLog(transport, place, startedAt))}\n`);
	return 0;
}

async function restart(
	{ shell }: Tools,
	transport: Transport,
	place: SupervisorPlace,
): Promise<string> {
	const result = await shell.capture(restartContainer(transport, place));
	if (result.code !== 0) throw explainFailure(transport, result);
	return result.stdout.trim();
}

async function findPlace({ shell }: Tools, transport: Transport): Promise<SupervisorPlace> {
	const look = findSupervisor(transport);
	const result = await shell.capture(look);
	if (result.code !== 0) throw explainFailure(transport, result);
	const [engine, container] = result.stdout.trim().split(' ');
	if (engine === undefined || container === undefined) throw commandFailed(look, result);
	return { engine, container };
}
