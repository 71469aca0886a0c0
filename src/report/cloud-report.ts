import type { HostMetrics } from '../model/host-metrics.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { reportAppsToCloud, type CloudAppReport, type KnownImage } from './cloud-apps.ts';

/** Facts of the device that are reported. */
export interface CloudReportFacts {
	readonly osVersion?: string | undefined;
	readonly osVariant?: 'dev' | 'prod' | undefined;
	/** Upper case, joined by a space; empty when there is none. */
	readonly macAddress: string;
	/** Joined by a space. */
	readonly ipAddress: string;
	readonly supervisorVersion: string;
	readonly apiPort: number;
	/** The local API's global key. */
	readonly apiSecret: string;
}

export interface CloudReportInput {
	readonly snapshot: DeviceSnapshot;
	readonly facts: CloudReportFacts;
	readonly metrics: HostMetrics;
	/** False: what was told of readings is taken back. That the device is undervolted is no reading, but told as ever. */
	readonly includesMetrics: boolean;
	/** Images that were pulled for a service, under the reference the cloud gave them. */
	readonly images: readonly KnownImage[];
	/** False in local mode: what runs is not the cloud's. */
	readonly includesApps: boolean;
}

/** The device's part of `PATCH /device/v3/state` (contract 2.3). Numbers are integers. */
export interface CloudReport {
	readonly status?: string;
	readonly os_version?: string | null;
	readonly os_variant?: string | null;
	readonly supervisor_version?: string;
	readonly provisioning_progress?: null;
	readonly provisioning_state?: string;
	readonly ip_address?: string;
	readonly mac_address?: string;
	readonly api_port?: number;
	readonly api_secret?: string;
	/** Some clouds take no log stream of a device that once had a channel of its own, until it gives that up. */
	readonly logs_channel?: null;
	readonly cpu_usage?: number | null;
	readonly memory_usage?: number | null;
	readonly memory_total?: number | null;
	readonly storage_block_device?: string | null;
	readonly storage_usage?: number | null;
	readonly storage_total?: number | null;
	readonly cpu_temp?: number | null;
	readonly cpu_id?: string | null;
	readonly is_undervolted?: boolean;
	/** By app uuid. The whole truth whenever it is there: what it does not name, the cloud takes for deleted. */
	readonly apps?: Readonly<Record<string, CloudAppReport>>;
}

/** Everything the cloud may know of the device now. `apps` is missing until both the target and the engine were read. */
export function toCloudReport({
	snapshot,
	facts,
	metrics,
	includesMetrics,
	images,
	includesApps,
}: CloudReportInput): CloudReport {
	const apps = includesApps ? reportAppsToCloud(snapshot, images) : undefined;
	return {
		...reportFacts(facts),
		...(includesApps ? { logs_channel: null } : {}),
		...(includesMetrics ? reportMetrics(metrics) : silentMetrics),
		...known('is_undervolted', metrics.isUndervolted),
		...(apps === undefined ? {} : { apps }),
	};
}

type RegisteredFact = 'osVersion' | 'osVariant' | 'macAddress' | 'supervisorVersion';

/**
 * What a registration and a report have in common. Texts are cut to what the cloud stores: of a report it has what it
 * accepted, and a registration with more it refuses.
 */
export function reportRegisteredFacts(facts: Pick<CloudReportFacts, RegisteredFact>): CloudReport {
	return {
		os_version: facts.osVersion?.slice(0, 70) ?? null,
		os_variant: facts.osVariant ?? null,
		supervisor_version: cutVersion(facts.supervisorVersion),
		mac_address: cutList(facts.macAddress, 900),
	};
}

function reportFacts(facts: CloudReportFacts): CloudReport {
	return {
		status: 'Idle',
		...reportRegisteredFacts(facts),
		provisioning_progress: null,
		provisioning_state: '',
		ip_address: cutList(facts.ipAddress, 2000),
		api_port: facts.apiPort,
		api_secret: facts.apiSecret.slice(0, 64),
	};
}

/** What is left is a version still. */
function cutVersion(version: string): string {
	return version.slice(0, 20).replace(/[.+]$/, '');
}

/** No address is cut in two. */
function cutList(list: string, length: number): string {
	return list.length <= length ? list : list.slice(0, list.lastIndexOf(' ', length));
}

const silentMetrics: CloudReport = {
	cpu_usage: null,
	memory_usage: null,
	memory_total: null,
	storage_block_device: null,
	storage_usage: null,
	storage_total: null,
	cpu_temp: null,
	cpu_id: null,
};

function reportMetrics(metrics: HostMetrics): CloudReport {
	return {
		...whole('cpu_usage', metrics.cpuUsage),
		...whole('memory_usage', metrics.memoryUsage),
		...whole('memory_total', metrics.memoryTotal),
		...known('storage_block_device', metrics.storageBlockDevice),
		...whole('storage_usage', metrics.storageUsage),
		...whole('storage_total', metrics.storageTotal),
		...whole('cpu_temp', metrics.cpuTemp),
		...known('cpu_id', metrics.cpuId),
	};
}

/** The cloud answers 400 to numbers with a fraction. */
function whole(field: keyof CloudReport, value: number | undefined): object {
	return known(field, Number.isFinite(value) ? Math.round(value ?? 0) : undefined);
}

function known(field: keyof CloudReport, value: unknown): object {
	return value === undefined ? {} : { [field]: value };
}
