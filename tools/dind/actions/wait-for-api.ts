import type { DindNames } from '../commands/names.ts';
import { toMessage } from '../effects/errors.ts';
import { ask } from '../effects/http.ts';
import { readObstacle } from '../effects/obstacle.ts';
import { waitUntil } from '../effects/wait.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

const WITHIN_MS = 60_000;
/** A supervisor that has begun to listen holds the request until it is ready. */
const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 50;

/**
 * Resolves once the supervisor of a device has started whole: it answers requests, whatever it says of its health.
 * Needs no key, and starts nothing on the device.
 * @throws {ToolError} with what keeps it from starting, after a minute
 */
export async function waitForApi(
	tools: Pick<Tools, 'shell' | 'clock' | 'signal'>,
	names: DindNames,
): Promise<void> {
	const { apiUrl } = await observeUrls(tools, names);
	const last = { fault: 'nothing listens' };
	const isUp = async () => {
		try {
			const { status } = await ask(`${apiUrl}/v1/healthy`, { withinMs: ANSWER_WITHIN_MS });
			const obstacle = status === 200 ? undefined : await readObstacle(apiUrl);
			last.fault = obstacle ?? '';
			return obstacle === undefined;
		} catch (thrown) {
			last.fault = toMessage(thrown);
			return false;
		}
	};
	await waitUntil(tools, isUp, {
		withinMs: WITHIN_MS,
		everyMs: ASK_EVERY_MS,
		what: () => `the supervisor is not up: ${last.fault}`,
		todo: `See ./dindctl logs --name ${names.name} -n 50 -u resin-supervisor-dind.`,
	});
}
