import path from 'node:path';
import { SupervisorError } from '../kit/errors.ts';

/**
 * Folder of the host that a service sees as `/tmp/balena` and `/tmp/resin`.
 * @param root - mount point of the host's root file system
 * @throws {SupervisorError} BAD_REQUEST if the name could lead out of the folder
 */
export function serviceFolderOf(root: string, appId: number, serviceName: string): string {
	const isPlain = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(serviceName);
	if (!isPlain) {
		throw new SupervisorError(`${serviceName} is no name of a service`, { code: 'BAD_REQUEST' });
	}
	return path.join(appFolderOf(root, appId), serviceName);
}

/** The folder that holds those of an app's services. @param root - mount point of the host's root file system */
export function appFolderOf(root: string, appId: number): string {
	return path.join(root, 'tmp/balena-supervisor/services', String(appId));
}
