import type { RegistryCredentials } from './container-engine.ts';

/** Who may pull what: the device's credentials for the registry of the cloud, and nothing for any other host. */
export interface RegistryAuth {
	credentialsFor(imageReference: string): Promise<RegistryCredentials | undefined>;
}
