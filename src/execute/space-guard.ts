import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { DiskSpace } from '../ports/host.ts';

/** Keeps pulls from filling the disk. */
export interface SpaceGuard {
	/**
	 * Runs a pull as long as there is room for it.
	 * @param signal - handed on to the pull; that one fires, too, when the room is used up
	 * @throws {SupervisorError} NO_SPACE if too little is free before or in the middle of it
	 */
	run(
		image: string,
		signal: AbortSignal,
		pull: (signal: AbortSignal) => Promise<void>,
	): Promise<void>;
}

export interface SpaceGuardDeps {
	/** Absent: room is not looked at. */
	readonly space?: DiskSpace | undefined;
	readonly clock: Pick<Clock, 'sleep'>;
}

const mebibyte = 1024 * 1024;

/** What has to stay free: a twentieth of the disk, but not less than 64 MiB and not more than 512 MiB. */
function floorOf(totalBytes: number): number {
	return Math.min(Math.max(totalBytes / 20, 64 * mebibyte), 512 * mebibyte);
}

/** Fast disks write a floor in this time, slow networks deliver little. */
const lookEveryMs = 2000;

export function createSpaceGuard({ space, clock }: SpaceGuardDeps): SpaceGuard {
	/** @param share - of the floor: a pull begins above all of it and ends below half of it */
	const shortage = async (image: string, share: number): Promise<SupervisorError | undefined> => {
		const room = await space?.read();
		if (room === undefined) return undefined;
		const { freeBytes, totalBytes } = room;
		const floorBytes = floorOf(totalBytes);
		return freeBytes < floorBytes * share ? noSpace(image, freeBytes, floorBytes) : undefined;
	};

	return {
		async run(image, signal, pull) {
			const refusal = await shortage(image, 1);
			if (refusal !== undefined) throw refusal;
			const own = linkAbort(signal);
			const watched = { over: false };
			let usedUp: SupervisorError | undefined;
			const watch = async (): Promise<void> => {
				while (!watched.over && !own.signal.aborted) {
					await clock.sleep(lookEveryMs, own.signal);
					usedUp = await shortage(image, 0.5);
					if (usedUp !== undefined) own.abort(usedUp);
				}
			};
			const watching = space === undefined ? undefined : watch().catch(() => undefined); // ends with the pull
			try {
				await pull(own.signal);
			} catch (err) {
				throw usedUp ?? err;
			} finally {
				watched.over = true;
				own.unlink();
				own.abort();
				await watching;
			}
		},
	};
}

function noSpace(image: string, freeBytes: number, floorBytes: number): SupervisorError {
	const [free, floor] = [freeBytes, floorBytes].map((bytes) => Math.floor(bytes / mebibyte));
	return new SupervisorError(
		`Not enough space to download ${image}: ${free} MiB are free, and ${floor} MiB have to stay free`,
		{ code: 'NO_SPACE' },
	);
}
