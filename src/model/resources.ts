/** A volume of a composition, decoded. */
export interface VolumeDefinition {
	readonly driver: string;
	readonly driverOpts: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
}

export interface IpamRange {
	readonly subnet?: string | undefined;
	readonly gateway?: string | undefined;
	readonly ipRange?: string | undefined;
	readonly auxAddresses?: Readonly<Record<string, string>> | undefined;
}

/** A network of a composition, decoded. */
export interface NetworkDefinition {
	readonly driver: string;
	readonly driverOpts: Readonly<Record<string, string>>;
	readonly ipam: {
		readonly driver: string;
		readonly config: readonly IpamRange[];
		readonly options: Readonly<Record<string, string>>;
	};
	readonly enableIpv6: boolean;
	readonly internal: boolean;
	readonly configOnly: boolean;
	readonly labels: Readonly<Record<string, string>>;
}

/** A network as the engine is asked to make it. */
export interface NetworkSpec extends NetworkDefinition {
	/** Name on the engine. */
	readonly name: string;
}

/** A volume as the engine is asked to make it. */
export interface VolumeSpec extends VolumeDefinition {
	/** Name on the engine. */
	readonly name: string;
}
