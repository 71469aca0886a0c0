import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { RejectedApp, TargetApp } from '../model/target.ts';
import { createReading, type Labels, type MetricFamily, type Sample } from './metrics-values.ts';
import { serviceFamilies, type ServiceReadings } from './metrics-services.ts';

/** What a scrape asks for. */
export interface DeviceReadings extends ServiceReadings {
	readonly version: string;
	/** Of the runtime. */
	readonly nodeVersion: string;
	/** Undefined until it is known. */
	readonly isEngineUp: () => boolean | undefined;
	readonly cloud: CloudReadings;
	readonly eventReaders: () => number;
	/** Since the start of the process. */
	readonly droppedLogLines: () => number;
}

export interface CloudReadings {
	/** Undefined before the first request, and on a device without a cloud. */
	readonly isUp: () => boolean | undefined;
	/** Wall time in seconds since 1970 of the last success, by request. */
	readonly successes: () => ReadonlyMap<string, number>;
}

const phases = ['applying', 'settled', 'backoff', 'locked', 'waiting', 'rejected'] as const;

/** How the device, its apps and its services stand at the moment of a scrape. */
export function deviceFamilies(given: DeviceReadings): readonly MetricFamily[] {
	return [
		...supervisorFamilies(given),
		...flowFamilies(given),
		...appFamilies(given),
		...serviceFamilies(given),
	];
}

function supervisorFamilies({
	version,
	nodeVersion,
	isEngineUp,
	cloud,
}: DeviceReadings): readonly MetricFamily[] {
	return [
		createReading({
			name: 'holdfast_build_info',
			help: 'Always 1; the version of the supervisor and of its runtime',
			labelNames: ['version', 'node_version'],
			read: () => [{ labels: { version, node_version: nodeVersion }, value: 1 }],
		}),
		createReading({
			name: 'holdfast_engine_up',
			help: 'Whether the container engine answers; absent until it is known',
			read: () => flag(isEngineUp()),
		}),
		createReading({
			name: 'holdfast_cloud_up',
			help: 'Whether the last request to the cloud was answered; absent without a cloud',
			read: () => flag(cloud.isUp()),
		}),
		createReading({
			name: 'holdfast_cloud_last_success_timestamp_seconds',
			help: 'When the cloud last took a request: poll, report, other',
			labelNames: ['request'],
			read: () =>
				[...cloud.successes()].map(([request, value]) => ({ labels: { request }, value })),
		}),
	];
}

function flowFamilies({
	snapshot,
	eventReaders,
	droppedLogLines,
}: DeviceReadings): readonly MetricFamily[] {
	return [
		createReading({
			name: 'holdfast_pulls_in_progress',
			help: 'Images that are being downloaded',
			read: () => [{ labels: {}, value: Object.keys(snapshot().pulls).length }],
		}),
		createReading({
			name: 'holdfast_log_lines_dropped_total',
			help: 'Lines that did not reach the cloud, as they came faster than it took them',
			type: 'counter',
			read: () => [{ labels: {}, value: droppedLogLines() }],
		}),
		createReading({
			name: 'holdfast_event_readers',
			help: 'Readers of the event stream',
			read: () => [{ labels: {}, value: eventReaders() }],
		}),
	];
}

function flag(value: boolean | undefined): readonly Sample[] {
	return value === undefined ? [] : [{ labels: {}, value: value ? 1 : 0 }];
}

const appLabels = ['app_id', 'app'];

/** Those too that cannot be used. */
function appsOf({ target }: DeviceSnapshot): readonly (TargetApp | RejectedApp)[] {
	return [...(target?.apps ?? []), ...(target?.rejected ?? [])];
}

function appFamilies({ snapshot }: DeviceReadings): readonly MetricFamily[] {
	const each = (
		toSamples: (app: { readonly labels: Labels; readonly appUuid: string }) => readonly Sample[],
	): readonly Sample[] =>
		appsOf(snapshot()).flatMap(({ appUuid, appId = '', name = '' }) =>
			toSamples({ appUuid, labels: { app_id: String(appId), app: name } }),
		);
	return [
		createReading({
			name: 'holdfast_app_phase',
			help: '1 for the phase that an app is in, 0 for the others',
			labelNames: [...appLabels, 'phase'],
			read: () =>
				each(({ appUuid, labels }) => {
					const now = snapshot().apps[appUuid]?.phase ?? 'applying';
					return phases.map((phase) => ({
						labels: { ...labels, phase },
						value: phase === now ? 1 : 0,
					}));
				}),
		}),
		createReading({
			name: 'holdfast_app_failures',
			help: 'Failed attempts in a row of an app',
			labelNames: appLabels,
			read: () =>
				each(({ appUuid, labels }) => [{ labels, value: snapshot().apps[appUuid]?.failures ?? 0 }]),
		}),
		createReading({
			name: 'holdfast_app_release_info',
			help: 'Always 1; the release that was last applied whole',
			labelNames: [...appLabels, 'commit'],
			read: () =>
				each(({ appUuid, labels }) => {
					const commit = snapshot().currentCommits[appUuid];
					return commit === undefined ? [] : [{ labels: { ...labels, commit }, value: 1 }];
				}),
		}),
	];
}
