import { readlink } from 'node:fs/promises';
import path from 'node:path';

export interface NamespaceOptions {
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	/** Default `/proc`. */
	readonly proc?: string | undefined;
}

/**
 * Whether this process has the host's network: false in a container with a network of its own, where rules would be of
 * use to nobody. True also where it cannot be told.
 */
export async function hasHostNetwork({
	rootMountpoint,
	proc = '/proc',
}: NamespaceOptions): Promise<boolean> {
	const namespaceOf = (folder: string, process: string): Promise<string | undefined> =>
		readlink(path.join(folder, process, 'ns/net')).catch(() => undefined);
	const own = await namespaceOf(proc, 'self');
	const hosts = await namespaceOf(path.join(rootMountpoint, 'proc'), '1');
	return own === undefined || hosts === undefined || own === hosts;
}
