import type { ConfigJson } from '../config/config-json.ts';
import type { Logger } from '../kit/logger.ts';
import type { StateStore } from '../ports/state-store.ts';
import { isSuccess, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import type { HttpClient } from './http.ts';

export interface InitialNameDeps {
	readonly http: HttpClient;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	readonly log: Logger;
}

/** Remembers the cloud that was told, so that a name which people change later is never set back. */
const marker = 'initialConfigReported';

/** The cloud was told `initialDeviceName` once, or a failure to tell it was logged. */
export async function reportInitialName(
	config: ConfigJson,
	{ http, store, log }: InitialNameDeps,
	signal: AbortSignal,
): Promise<void> {
	const { apiEndpoint, initialDeviceName, deviceId, deviceApiKey } = config;
	if ((await store.getSetting(marker)) === apiEndpoint) return;
	if (initialDeviceName !== undefined && initialDeviceName !== '' && deviceId !== undefined) {
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
	await store.setSetting(marker, apiEndpoint);
}
