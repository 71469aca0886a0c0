import { eventually } from '../../test/support/eventually.ts';
import type { BenchSupervisor } from './bench-supervisor.ts';
import type { BenchContext } from './context.ts';

const longestMs = 90_000;
const never = new AbortController().signal;

/**
 * Resolves when `count` containers of the supervisor run on the device and no other of its containers is left.
 * @throws {Error} with the end of the supervisor's log
 */
export async function waitForServices(
	{ engine }: BenchContext,
	supervisor: BenchSupervisor,
	count: number,
): Promise<void> {
	const look = async (): Promise<true | undefined> => {
		const containers = await engine.listContainers(never);
		const running = containers.filter(({ state }) => state === 'running');
		return running.length === count && containers.length === count ? true : undefined;
	};
	try {
		await eventually(`${count} services running`, look, { withinMs: longestMs, everyMs: 200 });
	} catch (err) {
		const words = await supervisor.lastWords();
		throw new Error(`the supervisor did not bring up ${count} services:\n${words}`, { cause: err });
	}
}
