import type { RegistryCredentials } from './container-engine.ts';

/** Who may pull what: the device's credentials for the registry of the cloud, and nothing for any other host. */
export interface RegistryAuth {
	credentialsFor(imageReference: string): Promise<RegistryCredentials | undefined>;
}

/** An image, and one on the device that it is to be made of. */
export interface DeltaWish {
	readonly image: string;
	readonly source: string;
}

/** What a delta server says to a wish. */
export type DeltaAnswer =
	| {
			readonly kind: 'ready';
			/** Image reference of the delta, in the registry of the wanted image. */
			readonly name: string;
			/** For that registry. */
			readonly token: string;
	  }
	/** The server is still making it. */
	| { readonly kind: 'processing'; readonly retryAfterMs?: number | undefined }
	| {
			readonly kind: 'none';
			/** In words a user could read. */
			readonly reason: string;
			/** It makes no sense to ask again. */
			readonly isLasting: boolean;
	  };

/** Gives images as what they differ by from others. */
export interface DeltaServer {
	/** Rejects with the signal's reason only: whatever else goes wrong is that there is no delta. */
	ask(wish: DeltaWish, signal: AbortSignal): Promise<DeltaAnswer>;
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
