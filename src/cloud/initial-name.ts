import type { ConfigJson } from '../config/config-json.ts';
import type { Logger } from '../kit/logger.ts';
import { isSuccess, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import type { HttpClient } from './http.ts';
import type { CloudAccess } from './identity.ts';

export interface InitialNameDeps {
	readonly http: HttpClient;
	readonly access: CloudAccess;
	readonly log: Logger;
}

/** The cloud was told `initialDeviceName`, or a failure to tell it was logged. */
export async function reportInitialName(
	{ initialDeviceName = '', deviceId }: ConfigJson,
	{ http, access: { apiEndpoint, deviceApiKey }, log }: InitialNameDeps,
	signal: AbortSignal,
): Promise<void> {
	if (initialDeviceName === '' || deviceId === undefined) return;
	try {
		const answer = await http.send({
			method: 'PATCH',
			url: apiUrl(apiEndpoint, `/v7/device(${deviceId})`),
			key: deviceApiKey,
			body: { device_name: initialDeviceName },
			signal,
		});
		if (!isSuccess(answer)) throw toRefusal(answer, 'the initial device name');
	} catch (err) {
		signal.throwIfAborted();
		log.warn({ err, initialDeviceName }, 'initial device name not set');
	}
}
