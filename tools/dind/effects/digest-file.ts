import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Digest of a file's content; empty where there is none. @returns hexadecimal digits */
export function digestFile(path: string): string {
	try {
		return createHash('sha256').update(readFileSync(path)).digest('hex');
	} catch {
		return '';
	}
}
