import type { DeviceConfig } from '../files/device-config.ts';
import type { ApplicationsAnswer, DeviceAnswer, StateAnswer } from './answers.ts';

/** What one container of this computer's engine does. */
export type ContainerState = 'absent' | 'created' | 'running' | 'exited' | 'paused' | 'other';

export interface StatusFacts {
	readonly name: string;
	readonly deviceContainer: ContainerState;
	readonly cloudContainer: ContainerState;
	/** The device's own config.json; undefined while it cannot be read. */
	readonly config: DeviceConfig | undefined;
	/** The supervisor's answers; undefined while it does not answer. */
	readonly supervisor: SupervisorAnswers | undefined;
	/** Why there are no answers, for people. */
	readonly problem: string | undefined;
	readonly apiUrl: string;
	readonly pageUrl: string | undefined;
}

export interface SupervisorAnswers {
	readonly device: DeviceAnswer;
	readonly apps: ApplicationsAnswer;
	readonly state: StateAnswer;
	readonly deviceName: string | undefined;
}

export interface ServiceStatus {
	readonly name: string;
	readonly status: string;
	/** Percent of the download, 0 to 100; null when nothing is being downloaded. */
	readonly downloadProgress: number | null;
	readonly image: string | null;
}

export interface AppStatus {
	readonly name: string;
	readonly appId: number | null;
	readonly release: string | null;
	readonly updateStatus: string | null;
	readonly services: readonly ServiceStatus[];
}

/** The answer of `dindctl status --json`. */
export interface DindStatus {
	readonly name: string;
	readonly containers: { readonly device: ContainerState; readonly cloud: ContainerState };
	readonly device: {
		readonly uuid: string | null;
		readonly name: string | null;
		readonly cloud: string | null;
		readonly registered: boolean;
		readonly status: string | null;
		readonly osVersion: string | null;
		readonly supervisorVersion: string | null;
		readonly ipAddress: string | null;
		readonly updatePending: boolean;
		readonly updateFailed: boolean;
	};
	/** `applied`, `applying`, or null while the supervisor does not answer. */
	readonly state: string | null;
	readonly downloadProgress: number | null;
	readonly apps: readonly AppStatus[];
	readonly urls: { readonly api: string; readonly page: string | null };
	readonly problem: string | null;
}

/** Puts together what is known; never contains a key. */
export function toDindStatus(facts: StatusFacts): DindStatus {
	const { supervisor } = facts;
	return {
		name: facts.name,
		containers: { device: facts.deviceContainer, cloud: facts.cloudContainer },
		device: toDevicePart(facts),
		state: supervisor?.state.appState ?? null,
		downloadProgress: supervisor?.state.overallDownloadProgress ?? null,
		apps: toApps(supervisor?.apps ?? {}),
		urls: { api: facts.apiUrl, page: facts.pageUrl ?? null },
		problem: facts.problem ?? null,
	};
}

function toDevicePart({ config, supervisor }: StatusFacts): DindStatus['device'] {
	const device = supervisor?.device ?? {};
	return {
		uuid: config?.uuid ?? null,
		name: supervisor?.deviceName ?? null,
		cloud: config?.apiEndpoint ?? null,
		registered: config?.['registered_at'] !== undefined,
		...toDeviceAnswers(device),
	};
}

function toDeviceAnswers(device: DeviceAnswer) {
	return {
		status: device.status ?? null,
		osVersion: device.os_version ?? null,
		supervisorVersion: device.supervisor_version ?? null,
		ipAddress: device.ip_address ?? null,
		updatePending: device.update_pending ?? false,
		updateFailed: device.update_failed ?? false,
	};
}

function toApps(apps: ApplicationsAnswer): AppStatus[] {
	return Object.entries(apps).map(([name, app]) => ({
		name,
		appId: app.appId ?? null,
		release: app.commit ?? null,
		updateStatus: app.updateStatus ?? null,
		services: Object.entries(app.services).map(([serviceName, service]) => ({
			name: serviceName,
			status: service.status,
			downloadProgress: service.downloadProgress ?? null,
			image: service.image ?? null,
		})),
	}));
}

/**
 * True once the device has done what it was asked to: there is a service, and each runs or has run to its end.
 * @param release - the release that must be there; undefined for whichever is
 */
export function isSettled(
	{ apps, state }: Pick<DindStatus, 'apps' | 'state'>,
	release?: string,
): boolean {
	const services = apps.flatMap((app) => app.services);
	const isThere = release === undefined || apps.some((app) => app.release === release);
	const atRest = services.every(({ status }) => status === 'Running' || status === 'exited');
	return isThere && state === 'applied' && services.length > 0 && atRest;
}
