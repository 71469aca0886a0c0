import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Names that are never part of what an image is made from. */
const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.git', 'artifacts', 'testing']);

/**
 * Digest of files and folders: their paths below `root`, their executable bit and their content.
 * Tests are left out, and a path that does not exist counts as empty.
 * @returns 64 hexadecimal digits
 */
export function digestInputs(root: string, paths: readonly string[]): string {
	const hash = createHash('sha256');
	for (const path of paths) addPath(hash, root, path);
	return hash.digest('hex');
}

function addPath(hash: ReturnType<typeof createHash>, root: string, path: string): void {
	const full = join(root, path);
	const stat = lstatSync(full, { throwIfNoEntry: false });
	if (stat === undefined) return;
	if (stat.isDirectory()) {
		for (const name of readdirSync(full).sort()) {
			if (!SKIPPED.has(name) && !name.endsWith('.test.ts')) addPath(hash, root, join(path, name));
		}
		return;
	}
	const content = stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full);
	hash.update(`${path}\0${(stat.mode & 0o111) !== 0 ? 'x' : '-'}\0`);
	hash.update(content);
	hash.update('\0');
}
