import type { Clock } from '../kit/clock.ts';
import type { Dialer } from './dialer.ts';
import { apiUrl } from './endpoint.ts';
import { readCloudAccess, type CloudAccessDeps } from './identity.ts';
import { openLogConnection, type LogConnection } from './log-connection.ts';
import { retransmissionsOf } from './retransmissions.ts';

export interface LogDialDeps extends CloudAccessDeps {
	readonly userAgent: () => Promise<string>;
	readonly dialer: Pick<Dialer, 'ownAgent'>;
	/** Default: as the kernel tells. */
	readonly retransmissionsOf?: typeof retransmissionsOf;
	readonly clock: Clock;
}

/** Begins a stream of this device's lines, at the endpoint for logs if the device has one of its own. */
export async function openLogStream(deps: LogDialDeps): Promise<LogConnection> {
	const { config, userAgent, dialer, clock } = deps;
	const { apiEndpoint, uuid, deviceApiKey } = await readCloudAccess(deps);
	const { logsEndpoint = '' } = await config.read();
	const url = apiUrl(
		logsEndpoint === '' ? apiEndpoint : logsEndpoint,
		`/device/v2/${uuid}/log-stream`,
	);
	return openLogConnection({
		url,
		key: deviceApiKey,
		userAgent: await userAgent(),
		agent: await dialer.ownAgent(url),
		retransmissionsOf: deps.retransmissionsOf ?? retransmissionsOf,
		nowMs: () => clock.now().getTime(),
	});
}
