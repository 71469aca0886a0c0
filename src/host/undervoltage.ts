import { closeSync, constants, openSync, readSync } from 'node:fs';
import { fileCodeOf } from './file-failure.ts';

/** Tells whether the kernel has complained about the power supply since it started. */
export type UndervoltageCheck = () => boolean;

/** Records that one check reads at most; the rest waits for the next one. */
const recordsAtOnce = 4000;

/**
 * Reads the kernel's log without a child process. Each check reads only what came since the last one; a record read
 * costs microseconds, so it is done in one go.
 * @param kmsgPath - `/dev/kmsg`; where it cannot be read the answer is false
 */
export function createUndervoltageCheck(kmsgPath: string): UndervoltageCheck {
	const record = Buffer.alloc(8192);
	let wasSeen = false;
	let file: number | undefined;
	return () => {
		if (wasSeen) return true;
		file ??= tryOpen(kmsgPath);
		if (file === undefined) return false;
		wasSeen = scan(file, record);
		if (wasSeen) closeSync(file);
		return wasSeen;
	};
}

function tryOpen(kmsgPath: string): number | undefined {
	try {
		return openSync(kmsgPath, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		return undefined;
	}
}

function scan(file: number, record: Buffer): boolean {
	for (let count = 0; count < recordsAtOnce; count += 1) {
		const length = readRecord(file, record);
		if (length === 0) return false;
		if (/under.?voltage/i.test(record.toString('latin1', 0, length))) return true;
	}
	return false;
}

/** @returns 0 when there is nothing more */
function readRecord(file: number, record: Buffer): number {
	for (let attempt = 0; attempt < 3; attempt += 1) {
		try {
			return readSync(file, record);
		} catch (err) {
			// The record was overwritten in the meantime; the next read gives the oldest that is left.
			if (fileCodeOf(err) !== 'EPIPE') return 0;
		}
	}
	return 0;
}
