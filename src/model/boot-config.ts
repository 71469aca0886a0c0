/** What a device keeps its boot configuration in (contract 5.6), in the order in which it is changed. */
export const bootBackends = [
	'powerAndFan',
	'configTxt',
	'extraUEnv',
	'extlinux',
	'odmdata',
	'configFs',
	'splash',
] as const;
export type BootBackend = (typeof bootBackends)[number];

/** Device configuration variables by name without prefix, each with its items: `HOST_CONFIG_dtparam`, `spi=on`. */
export type BootValues = Readonly<Record<string, readonly string[]>>;

/** What is to be otherwise: by name of the variable its items, or null for a value that goes. */
export type BootChange = Readonly<Record<string, readonly string[] | null>>;

/** What a backend says now. */
export interface ObservedBootFile {
	readonly backend: BootBackend;
	readonly values: BootValues;
	/** By name, `digestOf` the items as they were when this boot of the host was first looked at. */
	readonly digestsAtBoot: Readonly<Record<string, string>>;
	/** By name, `digestOf` the items that are the board's own, and so are no value. Default none. */
	readonly defaultDigests?: Readonly<Record<string, string>> | undefined;
}

/** A backend that the device has and that cannot be read. */
export interface BootFault {
	readonly backend: BootBackend;
	/** In words a user could read. */
	readonly reason: string;
}

export interface ObservedBootConfig {
	readonly deviceType: string;
	/** Of the backends that the device has and that can be read, in the order of {@link bootBackends}. */
	readonly files: readonly ObservedBootFile[];
	readonly faults: readonly BootFault[];
}
