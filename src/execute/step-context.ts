import type { StoredImage, StateStore } from '../ports/state-store.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { Clock } from '../kit/clock.ts';
import type { HandoverSigns, RebootMark } from '../ports/host.ts';
import type { HandoverDeadlines } from './handover-deadlines.ts';
import type { LockLease } from './lock-lease.ts';
import type { SharedPulls } from './shared-pulls.ts';

/** What a step works with. */
export interface StepContext {
	readonly engine: ContainerEngine;
	readonly store: Pick<StateStore, 'recordImages' | 'forgetImages' | 'recordCommit'>;
	readonly locks: LockLease;
	readonly handovers: HandoverSigns;
	readonly handoverDeadlines: HandoverDeadlines;
	readonly rebootMark: Pick<RebootMark, 'add'>;
	readonly bootConfig: Pick<BootConfig, 'change'>;
	readonly clock: Clock;
	readonly pulls: SharedPulls;
	/** Rows to write once the image they name is on the device. */
	readonly imageRecords: readonly StoredImage[];
	/** Ends a pull or a wait. Other steps are short and finish. */
	readonly signal: AbortSignal;
	/** For the engine's calls of steps that finish: never fires. */
	readonly unbroken: AbortSignal;
	readonly onPullProgress: (percent: number) => void;
	/** The step is done, and has shown something that the plan did not reckon with: what waits for it is not to begin. */
	readonly onPlanOutdated: () => void;
}
