import type { DeviceSnapshot } from '../model/snapshot.ts';
import { createReading, type Labels, type MetricFamily, type Sample } from './metrics-values.ts';
import { reportServices, type ServiceReport } from './service-report.ts';

/** What is known of a container beside the engine's list. */
export interface ContainerVitals {
	readonly restarts: number;
	readonly memoryBytes?: number | undefined;
	/** Processor time since it started, of all cores together. */
	readonly cpuMs?: number | undefined;
}

export interface ServiceReadings {
	readonly snapshot: () => DeviceSnapshot;
	/** By container id. */
	readonly vitals: () => Promise<ReadonlyMap<string, ContainerVitals>>;
}

const serviceLabels = ['app_id', 'app', 'service'];

/** How the services of the target stand. */
export function serviceFamilies({ snapshot, vitals }: ServiceReadings): readonly MetricFamily[] {
	const rows = (): readonly ServiceReport[] =>
		reportServices(snapshot()).filter((row) => row.isTarget);
	const measured = async (
		valueOf: (vital: ContainerVitals) => number | undefined,
	): Promise<readonly Sample[]> => {
		const known = await vitals();
		return rows().flatMap((row) => {
			const vital = known.get(row.containerId ?? '');
			const value = vital && valueOf(vital);
			return value === undefined ? [] : [{ labels: labelsOf(row, snapshot()), value }];
		});
	};
	const labelNames = serviceLabels;
	return [
		createReading({
			name: 'holdfast_service_up',
			help: 'Whether the container of a service runs, and its health check does not fail',
			labelNames,
			read: () =>
				rows().map((row) => ({
					labels: labelsOf(row, snapshot()),
					value: isUp(row, snapshot()) ? 1 : 0,
				})),
		}),
		createReading({
			name: 'holdfast_service_restarts_total',
			help: 'Starts of the present container by the engine, after it ended by itself',
			type: 'counter',
			labelNames,
			read: () => measured(({ restarts }) => restarts),
		}),
		createReading({
			name: 'holdfast_service_memory_bytes',
			help: 'Memory of a service, without pages that can be given back',
			labelNames,
			read: () => measured(({ memoryBytes }) => memoryBytes),
		}),
		createReading({
			name: 'holdfast_service_cpu_seconds_total',
			help: 'Processor time of the present container, of all cores together',
			type: 'counter',
			labelNames,
			read: () => measured(({ cpuMs }) => (cpuMs === undefined ? undefined : cpuMs / 1000)),
		}),
	];
}

function labelsOf(
	{ appId, appUuid, serviceName }: ServiceReport,
	{ target }: DeviceSnapshot,
): Labels {
	const name = target?.apps.find((app) => String(app.appUuid) === appUuid)?.name ?? '';
	return { app_id: String(appId), app: name, service: serviceName };
}

function isUp({ containerId }: ServiceReport, { observed }: DeviceSnapshot): boolean {
	const container = observed?.containers.find((one) => one.containerId === containerId);
	return container?.state === 'running' && container.health !== 'unhealthy';
}
