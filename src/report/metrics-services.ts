import type { DeviceSnapshot } from '../model/snapshot.ts';
import { createReading, type Labels, type MetricFamily, type Sample } from './metrics-values.ts';
import { reportServices, type ServiceReport } from './service-report.ts';
import { shownApps } from './shown-apps.ts';

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

/** How the services of the target stand, and those of apps that stay as they were. */
export function serviceFamilies({ snapshot, vitals }: ServiceReadings): readonly MetricFamily[] {
	const measured = async (
		valueOf: (vital: ContainerVitals) => number | undefined,
	): Promise<readonly Sample[]> => {
		const known = await vitals();
		return standingsOf(snapshot()).flatMap(({ labels, containerId = '' }) => {
			const vital = known.get(containerId);
			const value = vital && valueOf(vital);
			return value === undefined ? [] : [{ labels, value }];
		});
	};
	const labelNames = serviceLabels;
	return [
		createReading({
			name: 'holdfast_service_up',
			help: 'Whether the container of a service runs, and its health check does not fail',
			labelNames,
			read: () =>
				standingsOf(snapshot()).map(({ labels, isUp }) => ({ labels, value: isUp ? 1 : 0 })),
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

interface Standing {
	readonly labels: Labels;
	/** Of the containers of the service the one that is up, else the target's; absent: there is none. */
	readonly containerId?: string | undefined;
	readonly isUp: boolean;
}

/** Each service once, whichever release runs of it: an update is no outage. */
function standingsOf(snapshot: DeviceSnapshot): Standing[] {
	const all = reportServices(snapshot);
	return shownApps(snapshot, all).flatMap(({ appUuid, appId, name, rows }) => {
		const serviceNames = new Set(rows.map(({ serviceName }) => serviceName));
		return [...serviceNames].map((serviceName) => {
			const own = all.filter((row) => row.appUuid === appUuid && row.serviceName === serviceName);
			const up = own.find((row) => isUp(row, snapshot));
			const { containerId } = up ?? own.find((row) => row.containerId !== undefined) ?? {};
			const labels = { app_id: String(appId), app: name, service: serviceName };
			return { labels, containerId, isUp: up !== undefined };
		});
	});
}

function isUp({ containerId }: ServiceReport, { observed }: DeviceSnapshot): boolean {
	const container = observed?.containers.find((one) => one.containerId === containerId);
	return container?.state === 'running' && container.health !== 'unhealthy';
}
