/** A migration's backup: `backup.tgz` (contract 4.10), with a folder for each volume. */
export interface BackupFile {
	readonly path: string;
	/** Reads nothing of it. @throws {SupervisorError} HOST_FAILED */
	isThere(): Promise<boolean>;
	/**
	 * Names of its volumes, in order; undefined when there is no such file. The whole file is read once, and checked.
	 * @throws {SupervisorError} BACKUP_INVALID when it is damaged or has another form, HOST_FAILED
	 */
	volumes(): Promise<readonly string[] | undefined>;
	/** What it holds of one volume, as a tar archive: paths begin with the volume's name, owners and modes are as they were. */
	archiveOf(volume: string): AsyncIterable<Uint8Array>;
	/** It is kept as `<path>.restored` afterwards. @throws {SupervisorError} HOST_FAILED */
	retire(): Promise<void>;
}

/** Name of the container through which a volume is filled; one that was left by a cut is no user of it. */
export function fillerNameOf(volumeName: string): string {
	return `holdfast-fill-${volumeName}`;
}

/** Puts files into volumes, of which no container has to run. Fails as `ContainerEngine` does. */
export interface VolumeFiller {
	/**
	 * The volume has what the tar archive holds under `folder` afterwards, beside what it had, and the folder's owner and
	 * mode.
	 * @throws what reading the archive throws
	 */
	fillVolume(
		volumeName: string,
		source: { readonly archive: AsyncIterable<Uint8Array>; readonly folder: string },
		signal: AbortSignal,
	): Promise<void>;
}
