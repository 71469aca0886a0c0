import { readFileSync } from 'node:fs';
import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

/** What of the kernel a device needs. */
export interface KernelFacts {
	readonly platform: NodeJS.Platform;
	/** Text of /proc/filesystems. */
	readonly filesystems: string;
	/** fs.inotify.max_user_instances; undefined where it cannot be read. */
	readonly inotifyInstances: number | undefined;
}

/** systemd takes some 40 in each device, and this computer's programs have theirs. */
const ENOUGH_INOTIFY = 128;

export const kernelCheck = defineCheck({
	name: 'kernel',
	area: 'computer',
	observe: (): KernelFacts => ({
		platform: process.platform,
		filesystems: readOr('/proc/filesystems', ''),
		inotifyInstances: Number(readOr('/proc/sys/fs/inotify/max_user_instances', '')) || undefined,
	}),
	judge: judgeKernel,
});

export function judgeKernel({ platform, filesystems, inotifyInstances }: KernelFacts): Verdict {
	if (platform !== 'linux') {
		return problem(
			`devices need a Linux kernel; this is ${platform}`,
			'Use a Linux machine, or a virtual one.',
		);
	}
	if (!/\boverlay$/m.test(filesystems)) {
		return problem('the kernel has no overlay file system', 'Load it: sudo modprobe overlay.');
	}
	if (inotifyInstances !== undefined && inotifyInstances < ENOUGH_INOTIFY) {
		return warning(
			`fs.inotify.max_user_instances is ${inotifyInstances}: several devices run out of them`,
			'Raise it: sudo sysctl fs.inotify.max_user_instances=1024.',
		);
	}
	return ok('Linux with overlay');
}

function readOr(path: string, otherwise: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return otherwise;
	}
}
