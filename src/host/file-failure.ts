import { messageOf, SupervisorError } from '../kit/errors.ts';

/** The system's word for a failure of the file system: `ENOENT`, `EROFS` …; empty for others. */
export function fileCodeOf(err: unknown): string {
	return err instanceof Error && 'code' in err ? String(err.code) : '';
}

export function isAbsent(err: unknown): boolean {
	return ['ENOENT', 'ENOTDIR'].includes(fileCodeOf(err));
}

const meanings: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full',
	EROFS: 'the disk is read-only',
	EACCES: 'access is denied',
	EPERM: 'access is denied',
	EIO: 'the disk reports an error',
	ENOENT: 'it is not there',
	EISDIR: 'it is a folder',
};

/** Why the file system refused, in words. */
export function fileReason(err: unknown): string {
	return meanings[fileCodeOf(err)] ?? messageOf(err);
}

/** @param action - what was tried: `cannot write /mnt/boot/config.json` */
export function toHostFailure(action: string, err: unknown): SupervisorError {
	if (err instanceof SupervisorError) return err;
	return new SupervisorError(`${action}: ${fileReason(err)}`, { code: 'HOST_FAILED', cause: err });
}
