import type { ServiceExplanation } from '../model/explanation.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { ServiceStatus } from '../model/v3/status.ts';
import type { ServiceReport } from './service-report.ts';

/** What is known of a container beside the engine's list. */
export interface Vital {
	/** RFC 3339; absent while it does not run. */
	readonly startedAt?: string | undefined;
	readonly restarts: number;
	readonly memoryBytes?: number | undefined;
	readonly cpuPercent?: number | undefined;
}

export interface ServiceFacts {
	/** By container id. */
	readonly vitals: ReadonlyMap<string, Vital>;
	readonly now: Date;
}

/** A row of `GET /v3/status`. */
export function describeService(
	row: ServiceReport,
	{ observed, explanations = {} }: DeviceSnapshot,
	facts: ServiceFacts,
): ServiceStatus {
	const container = observed?.containers.find(({ containerId }) => containerId === row.containerId);
	const known = row.isTarget ? explanations[`${row.appUuid}/${row.serviceName}`] : undefined;
	return {
		serviceName: row.serviceName,
		serviceId: row.serviceId,
		image: row.image,
		imageId: row.imageId,
		commit: row.commit,
		isTarget: row.isTarget,
		status: row.status,
		...describeContainer(container, facts),
		downloadPercent: row.downloadProgress ?? undefined,
		explanation: known && dated(known.state),
		lastChange: known?.lastChange && dated(known.lastChange),
	};
}

function describeContainer(
	container: ObservedContainer | undefined,
	{ vitals, now }: ServiceFacts,
): Partial<ServiceStatus> {
	if (container === undefined) return {};
	const { containerId, health, exitCode, state } = container;
	const vital: Partial<Vital> = vitals.get(containerId) ?? {};
	const { restarts, memoryBytes, cpuPercent, startedAt = '' } = vital;
	const startedMs = Date.parse(startedAt);
	const isRunning = state === 'running' && Number.isFinite(startedMs);
	return {
		containerId,
		health,
		exitCode,
		restarts,
		...(state === 'running' ? { memoryBytes, cpuPercent } : {}),
		...(isRunning
			? {
					startedAt: new Date(startedMs).toISOString(),
					uptimeSeconds: Math.max(0, Math.floor((now.getTime() - startedMs) / 1000)),
				}
			: {}),
	};
}

type Reason = ServiceExplanation['state'] | NonNullable<ServiceExplanation['lastChange']>;

function dated<R extends Reason>(reason: R): Omit<R, 'since'> & { readonly since: string } {
	return { ...reason, since: new Date(reason.since).toISOString() };
}
