import type { Environment } from '../config/environment.ts';
import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';

export const usage = `usage: node main.cjs [command]

Without a command: runs the supervisor until SIGTERM.

Commands:
  api-key     prints the local API's global key, for use on the device itself
  --version   prints the version
  --help      prints this text

The environment and config.json are described in docs/configuration.md.
`;

/** A supervisor that was started a moment ago has made its key by then, in milliseconds. */
const patienceMs = 10_000;
const pauseMs = 250;

/**
 * @returns the global key of the local API, as soon as the supervisor has made it
 * @throws {SupervisorError} STORE_FAILED when there is none within ten seconds
 */
export async function readApiKey(
	{ databasePath }: Pick<Environment, 'databasePath'>,
	{ clock }: { readonly clock: Clock },
): Promise<string> {
	// Loaded by the commands that need it: the supervisor itself opens its API first.
	const { readGlobalApiKey } = await import('../store/read-global-key.ts');
	const deadlineMs = clock.monotonicMs() + patienceMs;
	for (;;) {
		const key = await readGlobalApiKey(databasePath).catch((err: unknown) => {
			if (clock.monotonicMs() >= deadlineMs) throw err;
			return undefined;
		});
		if (key !== undefined) return key;
		if (clock.monotonicMs() >= deadlineMs) throw noKey(databasePath);
		await clock.sleep(pauseMs, new AbortController().signal);
	}
}

function noKey(databasePath: string): SupervisorError {
	return new SupervisorError(`The supervisor has made no key in ${databasePath} yet`, {
		code: 'STORE_FAILED',
	});
}
