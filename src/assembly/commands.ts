import type { Environment } from '../config/environment.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';

export const usage = `usage: node main.cjs [command]

Without a command: runs the supervisor until SIGTERM.

Commands:
  api-key     prints the local API's global key, for use on the device itself
  --version   prints the version
  --help      prints this text

The environment and config.json are described in docs/configuration.md.
`;

/** @returns the global key of the local API, made now if the supervisor has not made it yet */
export async function readApiKey(
	environment: Environment,
	deps: { readonly clock: Clock; readonly random: Random; readonly log: Logger },
): Promise<string> {
	// Loaded by the commands that need it: the supervisor itself opens its API first.
	const { openStateStore } = await import('../store/open-state-store.ts');
	const store = await openStateStore({ ...deps, path: environment.databasePath });
	try {
		return (await store.globalApiKey()).key;
	} finally {
		await store.close();
	}
}
