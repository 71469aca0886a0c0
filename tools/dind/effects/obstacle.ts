import { z } from 'zod';
import { ask } from './http.ts';

const WITHIN_MS = 2_000;

/** How the supervisor's API answers every request while something keeps it from starting. */
const Refusal = z.looseObject({ code: z.literal('CONFIG_INVALID'), detail: z.string() });

/**
 * What keeps a supervisor that answers from starting, in its own words: a config.json or a database that it cannot
 * use. Needs no key. Undefined where nothing does, or nothing is known yet.
 */
export async function readObstacle(apiUrl: string): Promise<string | undefined> {
	try {
		const { text } = await ask(`${apiUrl}/v3/status`, { withinMs: WITHIN_MS });
		return Refusal.safeParse(JSON.parse(text)).data?.detail;
	} catch {
		return undefined; // it waits, or it is another supervisor
	}
}
