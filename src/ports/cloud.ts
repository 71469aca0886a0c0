import type { RegistryCredentials } from './container-engine.ts';

/** Who may pull what: the device's credentials for the registry of the cloud, and nothing for any other host. */
export interface RegistryAuth {
	credentialsFor(imageReference: string): Promise<RegistryCredentials | undefined>;
}

/** A tag of the device, as the cloud has it. */
export interface DeviceTag {
	readonly id: number;
	readonly name: string;
	readonly value: string;
}

/** The device's tags in the cloud. */
export interface DeviceTags {
	/** Asks the cloud. @throws {SupervisorError} CLOUD_…, CONFIG_INVALID on a device without a cloud */
	read(signal: AbortSignal): Promise<readonly DeviceTag[]>;
	/**
	 * The cloud will be told these values, in the background, also after a restart; other tags stay as they are.
	 * @throws {SupervisorError} STORE_FAILED
	 */
	set(tags: Readonly<Record<string, string>>): Promise<void>;
}
