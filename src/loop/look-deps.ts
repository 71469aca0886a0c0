import type { Logger } from '../kit/logger.ts';
import type { Clock } from '../kit/clock.ts';
import type { Executor } from '../execute/executor.ts';
import type { ObservedState } from '../model/observed.ts';
import type { TargetApp } from '../model/target.ts';
import type { DeviceContext } from '../plan/context.ts';
import type { ServiceImages } from '../plan/delta-source.ts';
import type { AdoptedContainers } from './adopted-containers.ts';
import type { AppState } from './app-state.ts';
import type { Conditions } from './conditions.ts';
import type { FailedStarts } from './failed-starts.ts';
import type { ImageLedger } from './image-ledger.ts';
import type { LoopWitness } from './loop-witness.ts';
import type { StoppedServices } from './stopped-services.ts';

export interface LookDeps {
	/** The world as it is now. @throws {SupervisorError} ENGINE_UNAVAILABLE */
	readonly observe: (signal: AbortSignal) => Promise<ObservedState>;
	readonly engineAnswers: (signal: AbortSignal) => Promise<boolean>;
	/** Facts for the app's containers. @param target - absent: the app goes */
	readonly contextFor: (target: TargetApp | undefined) => Promise<DeviceContext>;
	readonly currentCommit: (appUuid: string) => string | undefined;
	readonly execute: Executor['execute'];
	readonly ledger: ImageLedger;
	/** All apps of the target. */
	readonly targetApps: () => readonly TargetApp[];
	/** See AppPlanInput.oldImages. */
	readonly oldImages: (appUuid: string) => Record<string, readonly string[]>;
	/** See AppPlanInput.deltaImages. */
	readonly deltaImages: (appUuid: string) => ServiceImages;
	readonly conditions: Conditions;
	readonly stopped: Omit<StoppedServices, 'load' | 'remember'>;
	/** There is no room for an image. */
	readonly onNoSpace: () => void;
	readonly failedStarts: FailedStarts;
	readonly adoptions: Pick<AdoptedContainers, 'reckonWith'>;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	readonly witness?: Pick<LoopWitness, 'planMade'> | undefined;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly log: Logger;
}

/** One look at an app, and what it leads to. The signal fires when the app's target changes. */
export interface AppLook {
	readonly app: AppState;
	readonly signal: AbortSignal;
	readonly deps: LookDeps;
}
