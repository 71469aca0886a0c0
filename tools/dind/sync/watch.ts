import { join } from 'node:path';
import type { Tools } from '../actions/tools.ts';
import { digestFile } from '../effects/digest-file.ts';
import type { DistBuilder } from '../effects/dist-builder.ts';
import { createDistBuilder } from '../effects/dist-builder.ts';
import { ToolError } from '../effects/errors.ts';
import { watchFolders } from '../effects/watch-folders.ts';
import { followLog } from './commands.ts';
import type { Session } from './session.ts';
import { deliverDist, openSession, withConnection } from './session.ts';
import type { SyncOptions } from './sync.ts';

/** What the supervisor is made from, relative to the repository. */
const SOURCES = ['src', 'dashboard', 'tools/client'];

/**
 * Syncs, and again with every change of the code, until Ctrl-C; shows the supervisor's log meanwhile.
 * A change that cannot be built, or that the device does not take, is told and waits for the next one.
 * @throws {ToolError} if the device cannot be synced to at the beginning
 */
export async function syncAndWatch(
	tools: Tools,
	{ transport: to, optimize, ...expectation }: SyncOptions,
): Promise<number> {
	const builder = await createDistBuilder(tools.root, { optimize });
	const folders = SOURCES.map((folder) => join(tools.root, folder));
	const watching = watchFolders(folders, tools.signal); // so that no change is missed meanwhile
	try {
		return await withConnection(tools, to, async (transport) => {
			const session = await openSession(tools, transport, expectation);
			const runner = createRunner(tools, session, builder);
			await runner.run();
			tools.progress.say(`running; watching ${SOURCES.join(', ')} until Ctrl-C`);
			for await (const changedAtMs of watching.changes) {
				if (!(await runner.tryToRun())) continue;
				const seconds = (performance.now() - changedAtMs) / 1000;
				tools.progress.say(`running ${seconds.toFixed(1)} s after the change`);
			}
			await runner.stop();
			tools.progress.say('the device keeps running this; --reset puts the released image back');
			return 0;
		});
	} finally {
		watching.close();
		await builder.close();
	}
}

/** Builds and delivers; keeps the log of what runs on the screen. */
function createRunner(tools: Tools, session: Session, builder: DistBuilder) {
	const distDir = join(tools.root, 'dist');
	const state = { running: '', log: new AbortController(), logEnded: Promise.resolve(0) };
	const stop = async () => {
		state.log.abort();
		await state.logEnded;
	};
	const run = async (): Promise<boolean> => {
		await builder.build();
		const made = digestFile(join(distDir, 'main.cjs'));
		if (made === state.running) return false;
		await stop();
		const startedAt = await deliverDist(tools, session, distDir);
		state.running = made;
		state.log = new AbortController();
		const follow = followLog(session.transport, session.place, startedAt);
		state.logEnded = tools.shell.inherit(follow, { signal: state.log.signal });
		return true;
	};
	/** Resolves to whether something else runs than before. */
	const tryToRun = async (): Promise<boolean> => {
		try {
			const isNew = await run();
			if (!isNew) tools.progress.say('nothing that runs on the device has changed');
			return isNew;
		} catch (thrown) {
			if (!(thrown instanceof ToolError)) throw thrown;
			tools.progress.say(thrown.message);
			if (thrown.todo !== undefined) tools.progress.say(thrown.todo);
			return false;
		}
	};
	return { run, tryToRun, stop };
}
