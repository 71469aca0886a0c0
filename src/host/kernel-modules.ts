import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toHostFailure } from './file-failure.ts';

const patienceMs = 30_000;

/** Loads modules of the host's kernel, with the host's own tool and files. @param options.root - see HostOptions */
export function createModuleLoader({
	root,
}: {
	readonly root: string;
}): (module: string) => Promise<void> {
	return async (module) => {
		try {
			await promisify(execFile)('chroot', [root, 'modprobe', module], { timeout: patienceMs });
		} catch (err) {
			throw toHostFailure(`cannot load the kernel module ${module}`, err);
		}
	};
}
