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

/** Result codes that speak of the disk or of other processes, not of the file's content. */
const circumstances = /SQLITE_(FULL|READONLY|CANTOPEN|IOERR|BUSY|LOCKED|PERM|NOMEM|TOOBIG|NOLFS)/;

/** True when opening failed because of what is in the file. A damaged header gives many different failures. */
export function isDamage(err: unknown): boolean {
	const isOfFileSystem = /^E[A-Z]+$/.test(codeOf(err));
	return !isOfFileSystem && !circumstances.test(messageOf(err));
}

/** True when SQLite takes the file for read-only, which a damaged header does too. */
export function isReadOnly(err: unknown): boolean {
	return messageOf(err).includes('SQLITE_READONLY');
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
