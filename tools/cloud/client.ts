import type { FaultInput } from './dev/faults.ts';
import type { RequestFilter, SeenRequest } from './dev/journal.ts';
import type { DeviceView, FleetView, ReleaseView } from './dev/views.ts';
import type { ReleaseInput } from './releases.ts';
import type { StoredLogLine } from './store/logs.ts';
import {
	createDeviceCalls,
	createFleetCalls,
	createLogCalls,
	createTestCalls,
	type DeviceInput,
	type ImagePlace,
	type VariableInput,
} from './client-calls.ts';
import { createSend, type ClientOptions } from './client-send.ts';

/** The developer's calls of the cloud. All reject with CloudClientError. */
export interface CloudClient {
	/** True when the cloud answers. */
	isUp(): Promise<boolean>;
	listFleets(): Promise<FleetView[]>;
	getFleet(name: string): Promise<FleetView>;
	listReleases(fleet: string): Promise<ReleaseView[]>;
	/** Makes a release and the target of the fleet. */
	createRelease(release: ReleaseInput & { fleet: string }): Promise<ReleaseView>;
	/** One place for each service's content; the same content gets the same place again. */
	allocateImages(
		fleet: string,
		contentKeys: Record<string, string>,
	): Promise<Record<string, ImagePlace>>;
	listDevices(): Promise<DeviceView[]>;
	/** `apiKey` is the device's key, `report.api_secret` the key of its local API. */
	getDevice(uuid: string): Promise<DeviceView>;
	updateDevice(uuid: string, change: DeviceInput): Promise<DeviceView>;
	deleteDevice(uuid: string): Promise<void>;
	setVariable(variable: VariableInput): Promise<void>;
	/** Newest lines, oldest of them first. */
	deviceLogs(uuid: string, count?: number): Promise<StoredLogLine[]>;
	/** The same, and then each new line as it comes, until the signal fires. */
	followLogs(
		uuid: string,
		options: { count?: number; signal: AbortSignal },
	): AsyncGenerator<StoredLogLine>;
	/** Calls the device's local API through the cloud. */
	callSupervisor(
		uuid: string,
		path: string,
		request?: { method?: string; data?: unknown },
	): Promise<{ status: number; body: string }>;
	addFault(fault: FaultInput): Promise<void>;
	clearFaults(): Promise<void>;
	listRequests(filter?: RequestFilter): Promise<SeenRequest[]>;
	clearRequests(): Promise<void>;
}

/** A client of the developer's calls (see README.md). */
export function createClient(options: ClientOptions): CloudClient {
	const send = createSend(options);
	return {
		isUp: async () => {
			const response = await send({ path: '/ping' }).catch(() => undefined);
			return response?.ok === true;
		},
		...createFleetCalls(send),
		...createDeviceCalls(send),
		...createLogCalls(send),
		...createTestCalls(send),
	};
}
