import path from 'node:path';
import { readText } from './read-text.ts';

/**
 * The engine mounts these into each container, from the folder that has the container's id for a name. A host that is
 * a container has its own ones, which are seen below its root.
 */
const ownFile =
	/\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) \/etc\/(?:hostname|hosts|resolv\.conf) /;

/**
 * Id of the container in which this process runs, also where it has the host's network.
 * @param proc - where the kernel shows its processes
 * @returns undefined outside of containers, and where it cannot be told
 */
export async function readOwnContainerId(proc = '/proc'): Promise<string | undefined> {
	const mounts = await readText(path.join(proc, 'self/mountinfo'));
	return ownFile.exec(mounts ?? '')?.[1];
}
