import { messageOf, SupervisorError } from '../kit/errors.ts';

/** What SQLite's result codes mean for a person who looks after the device. */
const meanings: readonly (readonly [code: string, meaning: string])[] = [
	['SQLITE_FULL', 'the disk is full'],
	['SQLITE_READONLY', 'the disk or the file is read-only'],
	['SQLITE_CANTOPEN', 'the file cannot be opened or made'],
	['SQLITE_CORRUPT', 'the file is damaged; it is set aside at the next start'],
	['SQLITE_NOTADB', 'the file is not a database; it is set aside at the next start'],
	['SQLITE_IOERR', 'the disk reports an error'],
	['SQLITE_BUSY', 'another process holds the database'],
	['SQLITE_LOCKED', 'another process holds the database'],
	['SQLITE_PERM', 'access is denied'],
	['ENOSPC', 'the disk is full'],
	['EROFS', 'the disk is read-only'],
	['EACCES', 'access is denied'],
	['EPERM', 'access is denied'],
	['EBUSY', 'the path is a mount point'],
];

/** True when SQLite says that the file is no sound database. */
export function isDamage(err: unknown): boolean {
	return /SQLITE_(CORRUPT|NOTADB)/.test(messageOf(err));
}

/**
 * Wraps a failure of knex, SQLite or the file system.
 * @param action - what was tried: `cannot save the target state`
 */
export function toStoreFailure(action: string, err: unknown): SupervisorError {
	if (err instanceof SupervisorError) return err;
	const text = `${codeOf(err)} ${messageOf(err)}`;
	const meaning = meanings.find(([code]) => text.includes(code))?.[1] ?? messageOf(err);
	return new SupervisorError(`database: ${action}: ${meaning}`, {
		code: 'STORE_FAILED',
		cause: err,
	});
}

function codeOf(err: unknown): string {
	return err instanceof Error && 'code' in err ? String(err.code) : '';
}
