import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DiskSpace } from '../ports/host.ts';

export interface DiskSpaceOptions {
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	/** The engine's data folder, when it is known. */
	readonly engineRoot?: string | undefined;
}

/** Where engines keep their data, unless they are told otherwise. */
const usualFolders = ['var/lib/docker', 'var/lib/balena-engine', 'var/lib/containers/storage'];

/** Room where the engine's data folder is: the given one, else the first of the usual ones that is there. */
export function createDiskSpace({ rootMountpoint, engineRoot }: DiskSpaceOptions): DiskSpace {
	const usual = usualFolders.map((folder) => path.join(rootMountpoint, folder));
	const folders = engineRoot === undefined ? usual : [engineRoot, ...usual];
	return {
		async read() {
			for (const folder of folders) {
				const found = await statfs(folder).catch(() => undefined);
				if (found === undefined || found.blocks === 0) continue;
				const { bavail, blocks, bsize } = found;
				return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
			}
			return undefined;
		},
	};
}
