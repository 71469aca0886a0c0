import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { json } from './rows.ts';

/** The former database as it was when it was looked at. */
export const FormerSeen = json(
	z.object({
		/** Size and time of its last change; empty where there was none. */
		stamp: z.string(),
		/** Of its content. */
		digest: z.string(),
	}),
);
export type FormerSeen = z.infer<typeof FormerSeen>;

const absent: FormerSeen = { stamp: '', digest: '' };

/**
 * Looks at the file; reads it only when it may have changed.
 * @param before - undefined: it was never looked at
 */
export async function seeFormer(
	file: string | undefined,
	before: FormerSeen | undefined,
): Promise<FormerSeen> {
	const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
	if (file === undefined || found === undefined) return before ?? absent;
	const stamp = `${found.size} ${found.mtimeMs}`;
	if (stamp === before?.stamp) return before;
	return { stamp, digest: found.isFile() ? await digestOfFile(file) : 'no file' };
}

/** What cannot be read is told by whoever reads it next. */
async function digestOfFile(file: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file), hash).catch(() => undefined);
	return hash.digest('hex');
}
