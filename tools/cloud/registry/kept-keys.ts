import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { createSigningKeys, type SigningKeys } from './certificate.ts';

const Kept = z.object({ privateKey: z.string(), certificate: z.string() });

/** The signing keys of a file; new ones are made and written when it is absent or unreadable. */
export async function ensureSigningKeys(path: string, now: Date): Promise<SigningKeys> {
	const text = await readFile(path, 'utf8').catch(() => '');
	try {
		return Kept.parse(JSON.parse(text));
	} catch {
		const keys = await createSigningKeys(now);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(`${path}.new`, JSON.stringify(keys), { mode: 0o600 });
		await rename(`${path}.new`, path);
		return keys;
	}
}
