import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TempTree {
	readonly root: string;
	/** Writes files by their path below the root; folders are made; null makes a folder. */
	write(files: Readonly<Record<string, string | null>>): Promise<void>;
	remove(): Promise<void>;
}

/** @param base - folder to make it in; default: the folder for temporary files, which may be kept in memory */
export async function makeTempTree(base = tmpdir()): Promise<TempTree> {
	const root = await mkdtemp(path.join(base, 'holdfast-host-'));
	return {
		root,
		async write(files) {
			for (const [name, text] of Object.entries(files)) {
				const filePath = path.join(root, name);
				await mkdir(text === null ? filePath : path.dirname(filePath), { recursive: true });
				if (text !== null) await writeFile(filePath, text);
			}
		},
		remove: () => rm(root, { recursive: true, force: true }),
	};
}
