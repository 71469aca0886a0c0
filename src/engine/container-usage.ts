import type { ContainerUsage } from '../ports/container-engine.ts';
import type { Maybe } from './raw.ts';

/** `GET /containers/{id}/stats`. */
export interface RawStats {
	readonly cpu_stats?: Maybe<{
		readonly cpu_usage?: Maybe<{ readonly total_usage?: number }>;
	}>;
	readonly memory_stats?: Maybe<{
		readonly usage?: number;
		readonly stats?: Maybe<Readonly<Record<string, number>>>;
	}>;
}

/**
 * Counts as `docker stats` does: file pages that nobody used lately can be given back at any time. Their number has one
 * name in cgroup v1 and another in v2.
 */
export function toContainerUsage({
	cpu_stats: cpu,
	memory_stats: memory,
}: RawStats): ContainerUsage {
	const { total_inactive_file: inV1, inactive_file: inV2 } = memory?.stats ?? {};
	return {
		memoryBytes: Math.max(0, (memory?.usage ?? 0) - (inV1 ?? inV2 ?? 0)),
		cpuMs: (cpu?.cpu_usage?.total_usage ?? 0) / 1e6,
	};
}
