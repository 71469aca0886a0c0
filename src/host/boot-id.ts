import path from 'node:path';
import { readText } from './read-text.ts';

export interface BootIdPaths {
	/** Mount point of the host's root file system. */
	readonly root: string;
	/** Where the kernel shows its processes, `/proc`. */
	readonly proc: string;
}

/**
 * A text that is another one after every boot of the host, and the same until then; no clock is asked. The kernel's own
 * id does not change for a host that is a container: there the moment its first process was started tells.
 * @returns undefined when neither can be read
 */
export async function readBootId({ root, proc }: BootIdPaths): Promise<string | undefined> {
	const kernelId = await readText(path.join(proc, 'sys/kernel/random/boot_id'));
	const startTicks = startTicksOf((await readText(path.join(root, 'proc/1/stat'))) ?? '');
	const parts = [kernelId, startTicks].filter((part) => part !== undefined);
	return parts.length === 0 ? undefined : parts.join(' ');
}

/** Field 22: ticks since the kernel began. The name before it is in brackets and may have blanks. */
function startTicksOf(stat: string): string | undefined {
	return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
