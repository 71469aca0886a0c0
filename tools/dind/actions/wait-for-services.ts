import type { DindNames } from '../commands/names.ts';
import type { DindStatus } from '../status/device-status.ts';
import { isAllRunning } from '../status/device-status.ts';
import { summarize } from '../status/render.ts';
import { waitUntil } from '../effects/wait.ts';
import { createApiOpener, observeStatus } from './status.ts';
import type { Tools } from './tools.ts';

const ASK_EVERY_MS = 500;

export interface WaitForOptions {
	readonly timeoutSeconds: number;
	/** True once there is nothing more to wait for. */
	readonly isDone: (status: DindStatus) => boolean;
	/** What did not happen in time. */
	readonly what: string;
}

/**
 * Watches the device's status, telling every change of it, until it is as wanted.
 * @throws {ToolError} when the time is over
 */
export async function waitForStatus(
	tools: Tools,
	names: DindNames,
	{ timeoutSeconds, isDone, what }: WaitForOptions,
): Promise<void> {
	const openApi = createApiOpener(tools, names);
	const look = async () => {
		const status = await observeStatus(tools, names, openApi);
		tools.progress.update(summarize(status));
		return isDone(status);
	};
	await waitUntil(tools, look, {
		withinMs: timeoutSeconds * 1000,
		everyMs: ASK_EVERY_MS,
		what,
		todo: 'See ./dindctl status, and ./dindctl logs -n 100 -u resin-supervisor-dind.',
	});
}

/** Resolves once every service of the device runs. */
export async function waitForServices(
	tools: Tools,
	names: DindNames,
	timeoutSeconds: number,
): Promise<void> {
	await waitForStatus(tools, names, {
		timeoutSeconds,
		isDone: isAllRunning,
		what: 'the services do not run',
	});
}

/** Resolves once the supervisor's API answers. */
export async function waitForSupervisor(
	tools: Tools,
	names: DindNames,
	timeoutSeconds: number,
): Promise<void> {
	await waitForStatus(tools, names, {
		timeoutSeconds,
		isDone: ({ problem }) => problem === null,
		what: 'the supervisor does not answer',
	});
}
