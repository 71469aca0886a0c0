import type {
	BlkioConfig,
	DeviceMapping,
	DeviceRequest,
	HealthcheckConfig,
	LogConfig,
	RestartPolicy,
} from './container-spec.ts';

/**
 * One service of a composition in its canonical form: short and long forms, strings and lists, snake_case and camelCase
 * of the document are gone. Absent members take the image's or the engine's default.
 */
export interface ServiceComposition {
	readonly command?: readonly string[] | undefined;
	readonly entrypoint?: readonly string[] | undefined;
	readonly restart: RestartPolicy;
	readonly ports: readonly PortMapping[];
	readonly expose: readonly string[];
	readonly volumes: readonly ServiceMount[];
	/** Networks of the composition the service joins, in order; empty means `default`. */
	readonly networks: readonly ServiceNetwork[];
	/** `host`, `bridge`, `none`, `service:X`, or a network of the composition; absent: the networks above. */
	readonly networkMode?: string | undefined;
	readonly privileged: boolean;
	readonly capAdd: readonly string[];
	readonly capDrop: readonly string[];
	readonly devices: readonly DeviceMapping[];
	/** Devices that a driver of the engine provides, such as GPUs. */
	readonly deviceRequests: readonly DeviceRequest[];
	readonly deviceCgroupRules: readonly string[];
	readonly healthcheck?: HealthcheckConfig | undefined;
	/** Services that come first, each at most once. */
	readonly dependsOn: readonly ServiceDependency[];
	readonly tty: boolean;
	readonly stdinOpen: boolean;
	readonly user?: string | undefined;
	readonly workingDir?: string | undefined;
	readonly hostname?: string | undefined;
	readonly domainname?: string | undefined;
	readonly macAddress?: string | undefined;
	readonly stopSignal?: string | undefined;
	readonly stopGracePeriodSec?: number | undefined;
	readonly readOnly: boolean;
	readonly init?: boolean | undefined;
	readonly groupAdd: readonly string[];
	readonly securityOpt: readonly string[];
	readonly dns: readonly string[];
	readonly dnsSearch: readonly string[];
	readonly dnsOpt: readonly string[];
	readonly extraHosts: readonly string[];
	/** Path → options. */
	readonly tmpfs: Readonly<Record<string, string>>;
	/** A log driver whose logs can be read again; absent: the engine's own choice. */
	readonly logging?: LogConfig | undefined;
	readonly runtime?: string | undefined;
	/** `os[/architecture[/variant]]` of the image. */
	readonly platform?: string | undefined;
	readonly ipc?: string | undefined;
	readonly pid?: string | undefined;
	readonly pidsLimit?: number | undefined;
	readonly usernsMode?: string | undefined;
	readonly uts?: string | undefined;
	readonly cgroup?: 'host' | 'private' | undefined;
	readonly cgroupParent?: string | undefined;
	readonly sysctls: Readonly<Record<string, string>>;
	readonly ulimits: readonly {
		readonly name: string;
		readonly soft: number;
		readonly hard: number;
	}[];
	readonly cpuShares?: number | undefined;
	readonly cpuQuota?: number | undefined;
	readonly cpuPeriod?: number | undefined;
	readonly cpuRtPeriodUs?: number | undefined;
	readonly cpuRtRuntimeUs?: number | undefined;
	readonly cpus?: number | undefined;
	readonly cpuset?: string | undefined;
	readonly memLimitBytes?: number | undefined;
	readonly memReservationBytes?: number | undefined;
	/** Memory and swap together; -1 is no limit of swap. */
	readonly memSwapLimitBytes?: number | undefined;
	readonly memSwappiness?: number | undefined;
	readonly shmSizeBytes?: number | undefined;
	readonly oomKillDisable: boolean;
	readonly oomScoreAdj?: number | undefined;
	readonly blkio: BlkioConfig;
	/** Fields of the document that have no effect, each with the reason; told to the user once. */
	readonly ignored: readonly string[];
}

/** What must hold of a service before one that depends on it starts. */
export type DependencyCondition =
	'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ServiceDependency {
	/** The service that comes first. */
	readonly serviceName: string;
	readonly condition: DependencyCondition;
	/** The dependent service restarts when the supervisor replaces or restarts the one it depends on. */
	readonly restart: boolean;
	/** False: the dependent service starts all the same when the other is not in the release or cannot meet the condition. */
	readonly required: boolean;
}

export interface PortMapping {
	readonly hostIp: string;
	/** Absent: the engine chooses. */
	readonly hostPort?: number | undefined;
	/** Last of a range of ports, out of which the engine takes one that is free. */
	readonly lastHostPort?: number | undefined;
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export type ServiceMount =
	| {
			readonly type: 'volume';
			readonly volume: string;
			readonly target: string;
			readonly readOnly: boolean;
			readonly nocopy?: boolean | undefined;
	  }
	| { readonly type: 'anonymous'; readonly target: string }
	| {
			readonly type: 'tmpfs';
			readonly target: string;
			readonly readOnly: boolean;
			readonly sizeBytes?: number | undefined;
			/** Permissions, as a number. */
			readonly mode?: number | undefined;
	  }
	| {
			readonly type: 'bind';
			readonly source: string;
			readonly target: string;
			readonly readOnly: boolean;
	  };

export interface ServiceNetwork {
	readonly network: string;
	readonly aliases: readonly string[];
	readonly ipv4Address?: string | undefined;
	readonly ipv6Address?: string | undefined;
	readonly linkLocalIps: readonly string[];
	readonly driverOpts: Readonly<Record<string, string>>;
}
