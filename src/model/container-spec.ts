/**
 * A container as the engine is asked to make it. `config` is the body of the Engine API's
 * `POST /containers/create` (v1.41) in that API's own words, without its networks.
 */
export interface ContainerSpec {
	/** Name on the engine. */
	readonly name: string;
	/** `os[/architecture[/variant]]` the image must be of; absent: whatever it is. */
	readonly platform?: string | undefined;
	readonly config: ContainerConfig;
	/** Networks to join, the first at creation, the others before the start. Empty for host, none and container modes. */
	readonly networks: readonly NetworkAttachment[];
}

export interface NetworkAttachment {
	/** Name of the network on the engine. */
	readonly network: string;
	readonly endpoint: EndpointConfig;
}

export interface EndpointConfig {
	readonly Aliases?: readonly string[];
	readonly DriverOpts?: Readonly<Record<string, string>>;
	readonly IPAMConfig?: {
		readonly IPv4Address?: string;
		readonly IPv6Address?: string;
		readonly LinkLocalIPs?: readonly string[];
	};
}

export interface ContainerConfig {
	readonly Image: string;
	readonly Labels: Readonly<Record<string, string>>;
	/** `NAME=value`, sorted by name. */
	readonly Env: readonly string[];
	readonly Cmd?: readonly string[];
	readonly Entrypoint?: readonly string[];
	readonly User?: string;
	readonly WorkingDir?: string;
	readonly Hostname?: string;
	readonly Domainname?: string;
	readonly MacAddress?: string;
	readonly Tty?: boolean;
	readonly OpenStdin?: boolean;
	readonly StopSignal?: string;
	/** Seconds. */
	readonly StopTimeout?: number;
	readonly Healthcheck?: HealthcheckConfig;
	/** `80/tcp` → `{}` */
	readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
	/** Anonymous volumes: path in the container → `{}` */
	readonly Volumes?: Readonly<Record<string, Readonly<Record<string, never>>>>;
	readonly HostConfig: HostConfig;
}

/** Durations in nanoseconds. */
export interface HealthcheckConfig {
	readonly Test?: readonly string[];
	readonly Interval?: number;
	readonly Timeout?: number;
	readonly StartPeriod?: number;
	readonly Retries?: number;
}

export interface HostConfig extends BlkioConfig {
	readonly NetworkMode: string;
	readonly RestartPolicy: RestartPolicy;
	readonly Binds?: readonly string[];
	readonly Mounts?: readonly MountConfig[];
	readonly PortBindings?: Readonly<Record<string, readonly PortBinding[]>>;
	readonly Privileged?: boolean;
	readonly ReadonlyRootfs?: boolean;
	readonly Init?: boolean;
	readonly OomKillDisable?: boolean;
	readonly OomScoreAdj?: number;
	readonly CapAdd?: readonly string[];
	readonly CapDrop?: readonly string[];
	readonly GroupAdd?: readonly string[];
	readonly SecurityOpt?: readonly string[];
	readonly Devices?: readonly DeviceMapping[];
	readonly DeviceCgroupRules?: readonly string[];
	readonly DeviceRequests?: readonly DeviceRequest[];
	readonly Dns?: readonly string[];
	readonly DnsSearch?: readonly string[];
	readonly DnsOptions?: readonly string[];
	readonly ExtraHosts?: readonly string[];
	readonly Tmpfs?: Readonly<Record<string, string>>;
	readonly IpcMode?: string;
	readonly PidMode?: string;
	readonly PidsLimit?: number;
	readonly UsernsMode?: string;
	readonly UTSMode?: string;
	readonly CgroupnsMode?: string;
	readonly CgroupParent?: string;
	readonly Sysctls?: Readonly<Record<string, string>>;
	readonly Ulimits?: readonly {
		readonly Name: string;
		readonly Soft: number;
		readonly Hard: number;
	}[];
	readonly CpuShares?: number;
	readonly CpuQuota?: number;
	/** Microseconds. */
	readonly CpuPeriod?: number;
	/** Microseconds. */
	readonly CpuRealtimePeriod?: number;
	/** Microseconds. */
	readonly CpuRealtimeRuntime?: number;
	readonly NanoCpus?: number;
	readonly CpusetCpus?: string;
	/** Bytes. */
	readonly Memory?: number;
	/** Bytes. */
	readonly MemoryReservation?: number;
	/** Bytes; -1 is no limit. */
	readonly MemorySwap?: number;
	readonly MemorySwappiness?: number;
	/** Bytes. */
	readonly ShmSize?: number;
	readonly Runtime?: string;
	readonly LogConfig?: LogConfig;
}

export interface LogConfig {
	readonly Type: string;
	readonly Config: Readonly<Record<string, string>>;
}

/** Shares and limits of the block devices. */
export interface BlkioConfig {
	/** 10 to 1000. */
	readonly BlkioWeight?: number;
	readonly BlkioWeightDevice?: readonly { readonly Path: string; readonly Weight: number }[];
	/** Bytes a second. */
	readonly BlkioDeviceReadBps?: readonly DeviceRate[];
	/** Bytes a second. */
	readonly BlkioDeviceWriteBps?: readonly DeviceRate[];
	/** Operations a second. */
	readonly BlkioDeviceReadIOps?: readonly DeviceRate[];
	/** Operations a second. */
	readonly BlkioDeviceWriteIOps?: readonly DeviceRate[];
}

export interface DeviceRate {
	readonly Path: string;
	readonly Rate: number;
}

export type RestartPolicyName = 'no' | 'always' | 'on-failure' | 'unless-stopped';

export interface RestartPolicy {
	readonly Name: RestartPolicyName;
	readonly MaximumRetryCount: number;
}

export interface PortBinding {
	readonly HostIp: string;
	readonly HostPort: string;
}

export interface DeviceMapping {
	readonly PathOnHost: string;
	readonly PathInContainer: string;
	readonly CgroupPermissions: string;
}

export interface DeviceRequest {
	readonly Driver?: string;
	readonly Count?: number;
	readonly DeviceIDs?: readonly string[];
	readonly Capabilities?: readonly (readonly string[])[];
	readonly Options?: Readonly<Record<string, string>>;
}

export interface MountConfig {
	readonly Type: 'bind' | 'volume' | 'tmpfs';
	readonly Source?: string;
	readonly Target: string;
	readonly ReadOnly?: boolean;
	readonly BindOptions?: { readonly Propagation?: string };
	readonly VolumeOptions?: { readonly NoCopy?: boolean };
	readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}
