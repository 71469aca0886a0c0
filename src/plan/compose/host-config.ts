import { withoutEmpty } from '../../kit/without-empty.ts';
import type { HostConfig } from '../../model/container-spec.ts';
import type { ServiceComposition } from '../../model/composition.ts';
import { featuresOf } from './features.ts';
import { inOrderOf, sorted } from './in-order.ts';
import type { ContainerMounts } from './mounts.ts';
import { portBindingsOf } from './ports.ts';

export interface HostConfigParts {
	readonly composition: ServiceComposition;
	readonly labels: Readonly<Record<string, string>>;
	readonly mounts: ContainerMounts;
	readonly networkMode: string;
}

/**
 * The engine's HostConfig. What has the engine's default is left out, so that new fields never look like drift; lists
 * whose order means nothing are sorted, so that another order is none either.
 */
export function hostConfigOf(parts: HostConfigParts): HostConfig {
	const { composition, labels, mounts, networkMode } = parts;
	return {
		NetworkMode: networkMode,
		RestartPolicy: composition.restart,
		...(composition.init !== undefined && { Init: composition.init }),
		...withoutEmpty({
			Binds: mounts.binds,
			Mounts: mounts.mounts,
			PortBindings: portBindingsOf(composition),
			DeviceRequests: [
				...featuresOf(labels).flatMap(({ deviceRequests }) => deviceRequests ?? []),
				...composition.deviceRequests,
			],
			Tmpfs: composition.tmpfs,
			LogConfig: composition.logging,
			...security(composition),
			...limits(composition),
			...naming(composition),
		}),
	};
}

function security(composition: ServiceComposition) {
	return {
		Privileged: composition.privileged,
		ReadonlyRootfs: composition.readOnly,
		CapAdd: sorted(composition.capAdd),
		CapDrop: sorted(composition.capDrop),
		GroupAdd: sorted(composition.groupAdd),
		SecurityOpt: sorted(composition.securityOpt),
		Devices: inOrderOf(composition.devices, ({ PathInContainer }) => PathInContainer),
		DeviceCgroupRules: composition.deviceCgroupRules,
		Sysctls: composition.sysctls,
		IpcMode: composition.ipc ?? 'shareable',
		PidMode: composition.pid,
		UTSMode: composition.uts,
		UsernsMode: composition.usernsMode,
		CgroupnsMode: composition.cgroup,
		CgroupParent: composition.cgroupParent,
		Runtime: composition.runtime,
	};
}

function limits(composition: ServiceComposition) {
	const { cpus } = composition;
	return {
		...composition.blkio,
		Memory: composition.memLimitBytes,
		MemoryReservation: composition.memReservationBytes,
		MemorySwap: composition.memSwapLimitBytes,
		MemorySwappiness: composition.memSwappiness,
		ShmSize: composition.shmSizeBytes,
		CpuShares: composition.cpuShares,
		CpuQuota: composition.cpuQuota,
		CpuPeriod: composition.cpuPeriod,
		CpuRealtimePeriod: composition.cpuRtPeriodUs,
		CpuRealtimeRuntime: composition.cpuRtRuntimeUs,
		NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1_000_000_000),
		CpusetCpus: composition.cpuset,
		PidsLimit: composition.pidsLimit,
		OomKillDisable: composition.oomKillDisable,
		OomScoreAdj: composition.oomScoreAdj,
		Ulimits: inOrderOf(composition.ulimits, ({ name }) => name).map(({ name, soft, hard }) => ({
			Name: name,
			Soft: soft,
			Hard: hard,
		})),
	};
}

function naming(composition: ServiceComposition) {
	return {
		Dns: composition.dns,
		DnsSearch: composition.dnsSearch,
		DnsOptions: sorted(composition.dnsOpt),
		ExtraHosts: sorted(composition.extraHosts),
	};
}
