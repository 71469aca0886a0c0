import type { Control } from '../control/control.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { DeviceFacts } from '../report/device-summary.ts';
import type { AuthDeps } from './auth.ts';
import type { HostApi } from './host-deps.ts';
import type { LocalApi } from './routes/local.ts';
import type { V3Deps } from './v3/deps.ts';
import type { Vitals } from './vitals.ts';
import type { WatchDeps } from './watch-deps.ts';

/** What the endpoints need of the rest of the supervisor. */
export interface ApiDeps extends AuthDeps {
	readonly control: Control;
	readonly host: HostApi;
	readonly keys: Pick<StateStore, 'findApiKey' | 'regenerateApiKey'>;
	readonly engine: Pick<ContainerEngine, 'inspectContainer' | 'containerLogs'>;
	readonly vitals: Vitals;
	readonly local: LocalApi;
	readonly snapshot: () => DeviceSnapshot;
	readonly deviceFacts: () => Promise<DeviceFacts>;
	readonly deviceType: () => Promise<{ readonly arch: string; readonly deviceType: string }>;
	/** False when an invariant of the supervisor does not hold (contract 1.7). */
	readonly isHealthy: () => Promise<boolean>;
	/** Called after the global key was replaced, so that the cloud learns of it. */
	readonly onKeyRegenerated: () => void;
	/** A release number without a pre-release tail: clients compare it. */
	readonly version: string;
	readonly v3: V3Deps;
	readonly watch: WatchDeps;
}
