/** The metric fields of the report (contract 2.3); integers, absent when they cannot be read. */
export interface HostMetrics {
	/** Percent. */
	readonly cpuUsage?: number | undefined;
	/** MiB. */
	readonly memoryUsage?: number | undefined;
	/** MiB. */
	readonly memoryTotal?: number | undefined;
	readonly storageBlockDevice?: string | undefined;
	/** MiB. */
	readonly storageUsage?: number | undefined;
	/** MiB. */
	readonly storageTotal?: number | undefined;
	/** Degrees Celsius. */
	readonly cpuTemp?: number | undefined;
	readonly cpuId?: string | undefined;
	readonly isUndervolted?: boolean | undefined;
}
