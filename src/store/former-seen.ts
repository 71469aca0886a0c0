import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { digestOf } from '../kit/digest.ts';
import type { FormerContent } from './former-database.ts';
import { json } from './rows.ts';

/** The former database as it was when it was looked at last. */
export const FormerSeen = json(
	z.object({
		/** Size and time of its last change; empty where there was none. */
		stamp: z.string(),
		/** Of what the former supervisor knew; empty where nothing could be read. */
		digest: z.string(),
	}),
);
export type FormerSeen = z.infer<typeof FormerSeen>;

/** Changes whenever the file does. @returns empty when there is none */
export async function stampOf(file: string | undefined): Promise<string> {
	const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
	return found === undefined ? '' : `${found.size} ${found.mtimeMs}`;
}

/**
 * Changes with what that supervisor itself writes while it is at work. Settings are left out: tools write them, too, and
 * a file changes also when somebody only looks into it.
 */
export function digestOfWork(content: FormerContent): string {
	const { apiKeys, commits, images, apps, variables } = content;
	return digestOf({ apiKeys, commits, images, apps, variables });
}
