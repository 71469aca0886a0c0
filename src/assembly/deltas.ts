import { createDeltaServer } from '../cloud/delta-server.ts';
import type { Dialer } from '../cloud/dialer.ts';
import { createHttpClient } from '../cloud/http.ts';
import type { CloudAccessDeps } from '../cloud/identity.ts';
import type { Settings } from '../config/settings.ts';
import type { DeltaPatience } from '../execute/delta-book.ts';
import type { DeltaServer, RegistryAuth } from '../ports/cloud.ts';
import type { Basis } from './basis.ts';
import type { HttpMeasures } from './measured-http.ts';

/** What the loop needs to make images of others. */
export interface Deltas {
	readonly server: DeltaServer;
	readonly patience: () => DeltaPatience;
	/** The settings ask for deltas, in the form that is understood here. */
	readonly areWanted: () => boolean;
}

export interface DeltasOptions {
	readonly link: {
		readonly access: CloudAccessDeps;
		readonly dialer: Dialer;
		readonly measures: Pick<HttpMeasures, 'measure'>;
		readonly userAgent: () => Promise<string>;
	};
	readonly registryAuth: RegistryAuth;
}

/** For a question without a limit: nobody waits longer than a day. */
const endlessMs = 24 * 3_600_000;

/** The settings are read anew each time, so that they hold from the next image on. */
export function createDeltas(
	{ settings, clock }: Pick<Basis, 'settings' | 'clock'>,
	{ link: { access, dialer, measures, userAgent }, registryAuth }: DeltasOptions,
): Deltas {
	const requestTimeoutMs = (): number => settings.current().deltaRequestTimeoutMs;
	// Its own limits follow the time that a delta may take, and not that of other requests.
	const timeoutMs = (): number => requestTimeoutMs() || endlessMs;
	const http = measures.measure(createHttpClient({ userAgent, timeoutMs, dialer, clock }));
	return {
		server: createDeltaServer({ ...access, http, registryAuth, requestTimeoutMs, clock }),
		patience: () => {
			const { deltaRetryCount, deltaRetryIntervalMs, deltaApplyTimeoutMs } = settings.current();
			return {
				retryCount: deltaRetryCount,
				retryIntervalMs: deltaRetryIntervalMs,
				applyTimeoutMs: deltaApplyTimeoutMs,
			};
		},
		areWanted: () => areDeltasWanted(settings.current()),
	};
}

/** @returns true when the settings ask for deltas, in the form that is understood here */
export function areDeltasWanted({ delta, deltaVersion }: Settings): boolean {
	return delta && deltaVersion === 3;
}
