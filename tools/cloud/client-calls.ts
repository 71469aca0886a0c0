import { z } from 'zod';
import type { FaultInput } from './dev/faults.ts';
import type { RequestFilter, SeenRequest } from './dev/journal.ts';
import { DeviceView, FleetView, ReleaseView } from './dev/views.ts';
import type { ReleaseInput } from './releases.ts';
import { StoredLogLine } from './store/logs.ts';
import { expectOk, type Call, type Send } from './client-send.ts';

/** Where an image of a service goes. */
export const ImagePlace = z.object({
	location: z.string().describe('Host, port and `v2/<32 hex>`'),
	digest: z.string().nullable().describe('Known once a release had it'),
});
export type ImagePlace = z.infer<typeof ImagePlace>;

export interface VariableInput {
	/** Name of the fleet, or… */
	fleet?: string;
	/** …uuid of the device: exactly one of both. */
	device?: string;
	/** Only for this service; default all of them. */
	service?: string;
	/** One that begins with `RESIN_` or `BALENA_` configures the device instead. */
	name: string;
	/** null removes the variable. */
	value: string | null;
}

export interface DeviceInput {
	name?: string;
	/** null follows the fleet again. */
	pinnedCommit?: string | null;
	/** A frozen device is as good as unknown to the cloud. */
	frozen?: boolean;
}

async function* readLines(response: Response): AsyncGenerator<StoredLogLine> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of response.body ?? []) {
		rest += decoder.decode(z.instanceof(Uint8Array).parse(chunk), { stream: true });
		const lines = rest.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) yield StoredLogLine.parse(JSON.parse(line));
	}
}

const SeenRequests = z.array(z.custom<SeenRequest>((value) => typeof value === 'object'));

/** Calls about fleets, releases and images. */
export function createFleetCalls(send: Send) {
	const get = async <T extends z.ZodType>(path: string, schema: T) =>
		schema.parse(await (await expectOk(await send({ path }))).json());
	return {
		listFleets: () => get('/dev/fleets', z.array(FleetView)),
		getFleet: (name: string) => get(`/dev/fleets/${encodeURIComponent(name)}`, FleetView),
		listReleases: (name: string) =>
			get(`/dev/fleets/${encodeURIComponent(name)}/releases`, z.array(ReleaseView)),
		async createRelease(body: ReleaseInput & { fleet: string }) {
			const response = await send({ method: 'POST', path: '/dev/releases', body });
			return ReleaseView.parse(await (await expectOk(response)).json());
		},
		async allocateImages(fleet: string, services: Record<string, string>) {
			const body = { fleet, services };
			const response = await send({ method: 'POST', path: '/dev/images', body });
			return z.record(z.string(), ImagePlace).parse(await (await expectOk(response)).json());
		},
	};
}

/** Calls about devices and their variables. */
export function createDeviceCalls(send: Send) {
	const deviceOf = async (call: Call) =>
		DeviceView.parse(await (await expectOk(await send(call))).json());
	return {
		async listDevices() {
			const response = await expectOk(await send({ path: '/dev/devices' }));
			return z.array(DeviceView).parse(await response.json());
		},
		getDevice: (uuid: string) => deviceOf({ path: `/dev/devices/${uuid}` }),
		updateDevice: (uuid: string, body: DeviceInput) =>
			deviceOf({ method: 'PATCH', path: `/dev/devices/${uuid}`, body }),
		async deleteDevice(uuid: string) {
			await expectOk(await send({ method: 'DELETE', path: `/dev/devices/${uuid}` }));
		},
		async setVariable(body: VariableInput) {
			await expectOk(await send({ method: 'POST', path: '/dev/variables', body }));
		},
		async callSupervisor(
			uuid: string,
			path: string,
			{ method = 'POST', data }: { method?: string; data?: unknown } = {},
		) {
			const body = { uuid, method, data };
			const response = await send({ method: 'POST', path: `/supervisor${path}`, body });
			return { status: response.status, body: await response.text() };
		},
	};
}

/** Calls about logs. */
export function createLogCalls(send: Send) {
	return {
		async deviceLogs(uuid: string, count = 100) {
			const response = await send({ path: `/device/v2/${uuid}/logs?count=${count}` });
			return z.array(StoredLogLine).parse(await (await expectOk(response)).json());
		},
		async *followLogs(
			uuid: string,
			{ count = 100, signal }: { count?: number; signal: AbortSignal },
		) {
			const path = `/device/v2/${uuid}/logs?count=${count}&stream=1`;
			try {
				yield* readLines(await expectOk(await send({ path, signal })));
			} catch (err) {
				if (!signal.aborted) throw err;
			}
		},
	};
}

/** Calls that tests make. */
export function createTestCalls(send: Send) {
	return {
		async addFault(body: FaultInput) {
			await expectOk(await send({ method: 'POST', path: '/dev/faults', body }));
		},
		async clearFaults() {
			await expectOk(await send({ method: 'DELETE', path: '/dev/faults' }));
		},
		async listRequests(filter: RequestFilter = {}) {
			const query = new URLSearchParams();
			for (const [name, value] of Object.entries(filter))
				if (value !== undefined) query.set(name, String(value));
			const response = await send({ path: `/dev/requests?${query.toString()}` });
			return SeenRequests.parse(await (await expectOk(response)).json());
		},
		async clearRequests() {
			await expectOk(await send({ method: 'DELETE', path: '/dev/requests' }));
		},
	};
}
