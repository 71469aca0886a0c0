import type { Clock } from '../../src/kit/clock.ts';
import type { Random } from '../../src/kit/random.ts';
import type { DeviceCaller } from './device-caller.ts';
import type { TokenSigner } from './registry/token-signer.ts';
import type { DeviceRow, FleetRow } from './store/rows.ts';
import type { Store } from './store/store.ts';

/** What every route of the cloud may use. */
export interface CloudContext {
	store: Store;
	clock: Clock;
	random: Random;
	caller: DeviceCaller;
	signToken: TokenSigner;
	userKey: string;
	/** Host (and port) that image locations begin with. */
	registryHost: string;
	/** Base address of the registry itself, past its token realm; undefined while there is none. */
	registryUrl: () => string | undefined;
	/** No device may poll more often, in milliseconds. */
	pollFloorMs: number;
	/** How long a log stream of a deleted or frozen device hangs before its 401. */
	frozenLogDelayMs: number;
	/** Fires when the cloud closes. */
	signal: AbortSignal;
}

/** Who makes a request, told by its key. */
export type Actor =
	| { kind: 'user' }
	| { kind: 'device'; device: DeviceRow }
	| { kind: 'provisioning'; fleet: FleetRow }
	| { kind: 'unknown' };
