import type { DindNames } from '../commands/names.ts';
import type { DindStatus } from '../status/device-status.ts';
import { isSettled } from '../status/device-status.ts';
import { ask } from '../effects/http.ts';
import { waitUntil } from '../effects/wait.ts';
import { createAsker, observeStatus, observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

const ASK_EVERY_MS = 500;

interface StatusWait {
	readonly timeoutSeconds: number;
	/** True once there is nothing more to wait for. */
	readonly isDone: (status: DindStatus) => boolean;
	/** What did not happen in time. */
	readonly what: string;
}

/** Watches the device's status, telling every change of it, until it is as wanted. */
async function waitForStatus(
	tools: Tools,
	names: DindNames,
	{ timeoutSeconds, isDone, what }: StatusWait,
): Promise<void> {
	const askSupervisor = createAsker(tools, names);
	const display = tools.createDisplay();
	const last: { problem: string | null } = { problem: null };
	const look = async () => {
		const status = await observeStatus(tools, names, askSupervisor);
		last.problem = status.problem;
		display.show(status);
		return isDone(status);
	};
	const limits = { withinMs: timeoutSeconds * 1000, everyMs: ASK_EVERY_MS };
	const todo = 'See ./dindctl doctor, and ./dindctl logs -n 100 -u resin-supervisor-dind.';
	const explain = () => (last.problem === null ? what : `${what}: ${last.problem}`);
	await waitUntil(tools, look, { ...limits, what: explain, todo }).finally(() => display.close());
}

export interface ServicesWait {
	readonly timeoutSeconds: number;
	/** The release that must run; undefined for whichever the device has. */
	readonly release?: string | undefined;
}

/** Resolves once the device's services run, or have run to their end. @throws {ToolError} when the time is over */
export async function waitForServices(
	tools: Tools,
	names: DindNames,
	{ timeoutSeconds, release }: ServicesWait,
): Promise<void> {
	await waitForStatus(tools, names, {
		timeoutSeconds,
		isDone: (status) => isSettled(status, release),
		what: 'the services do not run',
	});
}

/** Resolves once the supervisor's API answers. @throws {ToolError} when the time is over */
export async function waitForSupervisor(
	tools: Tools,
	names: DindNames,
	{ timeoutSeconds }: ServicesWait,
): Promise<void> {
	await waitForStatus(tools, names, {
		timeoutSeconds,
		isDone: ({ problem }) => problem === null,
		what: 'the supervisor does not answer',
	});
}

/** Resolves once the app's page answers. @throws {ToolError} when the time is over */
export async function waitForPage(
	tools: Tools,
	names: DindNames,
	{ timeoutSeconds }: ServicesWait,
): Promise<void> {
	const { pageUrl } = await observeUrls(tools, names);
	if (pageUrl === undefined) return;
	const answers = async () => {
		const answer = await ask(pageUrl, { withinMs: 5000 }).catch(() => undefined);
		return answer?.status === 200;
	};
	await waitUntil(tools, answers, {
		withinMs: timeoutSeconds * 1000,
		everyMs: ASK_EVERY_MS,
		what: `the page ${pageUrl} does not answer`,
		todo: 'See ./dindctl logs -n 100.',
	});
}
