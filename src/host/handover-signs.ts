import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { HandoverSigns } from '../ports/host.ts';
import { toHostFailure } from './file-failure.ts';
import { serviceFolderOf } from './service-folder.ts';

/** Either of them is a sign (contract 4.6). */
const signNames = ['handover-complete', 'resin-kill-me'] as const;

/**
 * Signs as files in the folder that a service sees as `/tmp/balena`. Whatever is at the path counts.
 * @param options.root - mount point of the host's root file system
 */
export function createHandoverSigns({ root }: { readonly root: string }): HandoverSigns {
	const pathsOf = (appId: number, serviceName: string): string[] =>
		signNames.map((name) => path.join(serviceFolderOf(root, appId, serviceName), name));
	return {
		async clear(appId, serviceName) {
			const paths = pathsOf(appId, serviceName);
			try {
				await Promise.all(paths.map((sign) => rm(sign, { recursive: true, force: true })));
			} catch (err) {
				throw toHostFailure('cannot remove the signs of a hand-over', err);
			}
		},
		async isGiven(appId, serviceName) {
			const found = await Promise.all(pathsOf(appId, serviceName).map(isThere));
			return found.includes(true);
		},
	};
}

function isThere(file: string): Promise<boolean> {
	return lstat(file).then(
		() => true,
		() => false,
	);
}
