import type { DeviceRow } from './store/rows.ts';

export interface SupervisorCall {
	method: string;
	/** Begins with a slash, `/v1/purge` say. */
	path: string;
	data?: unknown;
}

export interface SupervisorAnswer {
	status: number;
	contentType: string;
	body: string;
}

/** Reaches the local API of devices, in place of the real cloud's VPN. */
export interface DeviceCaller {
	/** @throws when the device cannot be reached */
	call(device: DeviceRow, request: SupervisorCall): Promise<SupervisorAnswer>;
	/** Tells the devices that their target state changed. Nobody waits for it and no failure shows. */
	notify(devices: readonly DeviceRow[]): void;
}

const callTimeoutMs = 50_000;

function toUrl({ last_address, report }: DeviceRow, path: string): URL | undefined {
	if (last_address === null || typeof report.api_secret !== 'string') return undefined;
	const host = last_address.includes(':') ? `[${last_address}]` : last_address;
	const url = new URL(`http://${host}:${report.api_port ?? 80}${path}`);
	url.searchParams.set('apikey', report.api_secret);
	return url;
}

/**
 * Calls devices at the address they last called from, on the port and with the key they reported.
 * @param notifies - false: `notify` does nothing
 */
export function createDeviceCaller({ notifies, signal }: CallerOptions): DeviceCaller {
	const call = async (
		device: DeviceRow,
		{ method, path, data }: SupervisorCall,
	): Promise<SupervisorAnswer> => {
		const url = toUrl(device, path);
		if (url === undefined) throw new Error('the device has not reported its address and key yet');
		const response = await fetch(url, {
			method,
			signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
			...(data === undefined
				? {}
				: { body: JSON.stringify(data), headers: { 'content-type': 'application/json' } }),
		});
		const contentType = response.headers.get('content-type') ?? '';
		return { status: response.status, contentType, body: await response.text() };
	};
	return {
		call,
		notify(devices) {
			if (!notifies) return;
			for (const device of devices) {
				call(device, { method: 'POST', path: '/v1/update' }).catch(() => undefined);
			}
		},
	};
}

interface CallerOptions {
	notifies: boolean;
	signal: AbortSignal;
}
