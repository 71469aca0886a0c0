/** Facts of the device that decide what a container looks like. */
export interface DeviceContext {
	readonly uuid: string;
	readonly deviceName: string;
	readonly deviceType: string;
	readonly deviceArch: string;
	readonly osVersion: string;
	/** Revision that the operating system was built from, where it tells. */
	readonly osBuild?: string | undefined;
	/** Port of the local API. */
	readonly apiPort: number;
	/** Cloud API for services with the balena-api label; absent when unmanaged. */
	readonly cloud?: { readonly apiEndpoint: string; readonly deviceApiKey: string } | undefined;
	/** Keys of services that carry the supervisor-api label, by `serviceKeyOf`. */
	readonly serviceApiKeys: Readonly<Record<string, string>>;
	/** Path of the engine's socket on the host. */
	readonly engineSocketPath: string;
	/** Paths of the host that exist, out of those feature labels ask for (`/lib/modules`, `/lib/firmware`). */
	readonly hostPaths: readonly string[];
	/** Treat every update lock as forced (SUPERVISOR_OVERRIDE_LOCK). */
	readonly overrideLocks: boolean;
	/** Services whose first start waits for the reboot that is due, by `serviceKeyOf`; `all`: nobody knows. */
	readonly rebootDueFor?: readonly string[] | 'all' | undefined;
}
