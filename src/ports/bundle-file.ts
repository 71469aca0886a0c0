/** A bundle on a disk of the device. */
export interface BundleFile {
	readonly path: string;
	/** @throws {SupervisorError} HOST_FAILED when the disk fails */
	read(): AsyncIterable<Uint8Array>;
	/** It is kept as `<path>.imported` afterwards. @throws {SupervisorError} HOST_FAILED */
	retire(): Promise<void>;
}

/** A folder for bundles. */
export interface BundleFolder {
	/** Its files `*.tar` by name; none where there is no such folder. @throws {SupervisorError} HOST_FAILED */
	list(): Promise<readonly BundleFile[]>;
}
