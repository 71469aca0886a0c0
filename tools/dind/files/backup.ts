import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { ToolError, toMessage } from '../effects/errors.ts';

/** A backup of volumes on this computer. */
export interface BackupFile {
	readonly path: string;
	/** Differs when the file does; cheap, as backups may be large. */
	readonly version: string;
}

const todo =
	'Make one: tar -czf tools/dind/backup.tgz -C FOLDER . (a folder in it for each volume), or name another with --backup.';

/** @throws {ToolError} if it is missing or no gzip archive */
export function findBackup(path: string): BackupFile {
	try {
		const { size, mtimeMs } = statSync(path);
		if (isGzip(path)) return { path, version: `${size} ${mtimeMs}` };
	} catch (cause) {
		throw new ToolError(`${path}, the backup, cannot be read: ${toMessage(cause)}`, {
			todo,
			cause,
		});
	}
	throw new ToolError(`${path}, the backup, is no gzip archive`, { todo });
}

function isGzip(path: string): boolean {
	const magic = Buffer.alloc(2);
	const file = openSync(path, 'r');
	try {
		readSync(file, magic, 0, 2, 0);
	} finally {
		closeSync(file);
	}
	return magic.equals(Buffer.from([0x1f, 0x8b]));
}
