import type { BootBackend, BootChange, ObservedBootConfig } from '../model/boot-config.ts';

/** The files and blocks that the host boots from (contract 5.6). */
export interface BootConfig {
	/** What has to be done once in a boot for the configuration to take effect is done. @throws {SupervisorError} HOST_FAILED */
	prepare(): Promise<void>;
	/** Reads the backends that the device has; one that cannot be read is among the faults. */
	observe(): Promise<ObservedBootConfig>;
	/**
	 * The backend says so afterwards, on the disk, which was read again to see it; what the change does not name is as it
	 * was, comments included. A crash at any moment leaves the former content or the new one.
	 * @throws {SupervisorError} HOST_FAILED, CONFIG_INVALID
	 */
	change(backend: BootBackend, change: BootChange): Promise<void>;
}
