import { buildDist } from '../actions/build-dist.ts';
import type { Tools } from '../actions/tools.ts';
import type { Transport } from './commands.ts';
import { followLog, tailLog } from './commands.ts';
import type { Expectation } from './place.ts';
import { deliverDist, findPlace, openSession, resetSupervisor, withConnection } from './session.ts';

export interface SyncOptions extends Expectation {
	readonly transport: Transport;
	readonly optimize: boolean;
	/** Keep showing the log until interrupted. */
	readonly follow: boolean;
}

/**
 * Builds ./dist, puts it into the supervisor that runs on a device and restarts that; resolves once it answers and the
 * beginning of its log is shown. The containers of the device's apps are not touched.
 * @throws {ToolError} that says which part failed
 */
export async function sync(tools: Tools, options: SyncOptions): Promise<number> {
	return await withConnection(tools, options.transport, async (transport) => {
		const { shell, progress } = tools;
		const session = await openSession(tools, transport, options);
		const distDir = await buildDist(tools, options);
		const startedAt = await deliverDist(tools, session, distDir);
		progress.say('copied ./dist onto it; the supervisor runs again; its log:');
		const { place } = session;
		if (options.follow) return await shell.inherit(followLog(transport, place, startedAt));
		tools.print(`${await shell.read(tailLog(transport, place, startedAt))}\n`);
		return 0;
	});
}

/**
 * Puts the released image back onto a device: its supervisor's container is made anew from it.
 * @throws {ToolError} that says which part failed
 */
export async function resetToRelease(
	tools: Tools,
	{ transport: to }: Pick<SyncOptions, 'transport'>,
): Promise<number> {
	return await withConnection(tools, to, async (transport) => {
		const place = await findPlace(tools, transport);
		await resetSupervisor(tools, { transport, place });
		tools.progress.say(`${place.container} runs the released image again: ${place.image}`);
		return 0;
	});
}
