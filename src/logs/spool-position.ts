import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { SpoolMark } from '../ports/log-spool.ts';

const fileName = 'sent.json';
const Position = z.object({
	segment: z.number().int().nonnegative(),
	offset: z.number().int().nonnegative(),
});

/** Up to where lines were sent; the very beginning when nobody knows. */
export async function readPosition(folder: string): Promise<SpoolMark> {
	try {
		return Position.parse(JSON.parse(await readFile(path.join(folder, fileName), 'utf8')));
	} catch {
		return { segment: 0, offset: 0 }; // lines are rather sent twice than never
	}
}

export async function writePosition(folder: string, { segment, offset }: SpoolMark): Promise<void> {
	const file = path.join(folder, fileName);
	await writeFile(`${file}.new`, JSON.stringify({ segment, offset }));
	await rename(`${file}.new`, file);
}
