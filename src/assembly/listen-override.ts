import { z } from 'zod';
import type { ListenPlace } from '../api/listen.ts';
import { supervisorNetwork } from '../model/labels.ts';
import type { StateStore } from '../ports/state-store.ts';

const Port = z.coerce.number().int().min(1).max(65_535);

/**
 * Another program serves the usual port and passes on to us (contract 1.1): then the local API is for it and for the
 * services of the device alone.
 * @returns the gateway of `supervisor0` with the port that is set, or undefined where none is
 */
export async function listenOverrideOf(
	store: Pick<StateStore, 'getSetting'>,
): Promise<ListenPlace | undefined> {
	const { data: port } = Port.safeParse(
		(await store.getSetting('listenPortOverride')) ?? undefined,
	);
	return port === undefined ? undefined : { host: supervisorNetwork.gateway, port };
}
