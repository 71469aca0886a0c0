import type { Executor } from '../execute/executor.ts';
import type { BackoffLimits } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import type { Topic } from '../kit/emitter.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { TargetApp } from '../model/target.ts';
import type { Observer } from '../observe/observer.ts';
import type { DeviceContext } from '../plan/context.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { HostPower, RebootMark, UpdateLocks } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { StateBoard } from './board.ts';
import type { LoopWitness } from './loop-witness.ts';

export interface ReconcilerDeps {
	readonly observer: Pick<Observer, 'current' | 'onChange' | 'markStale'>;
	readonly engine: Pick<ContainerEngine, 'ping' | 'inspectContainer'>;
	readonly executor: Executor;
	readonly locks: Pick<UpdateLocks, 'release' | 'untilReleased'>;
	/** The locks as taking the device down sees them; see PowerOrdersDeps. */
	readonly powerLocks: UpdateLocks;
	readonly power: HostPower;
	readonly rebootMark: Pick<RebootMark, 'read'>;
	readonly bootConfig: Pick<BootConfig, 'observe' | 'prepare'>;
	/** Treat every update lock as forced. */
	readonly overrideLocks: () => boolean;
	readonly store: Pick<
		StateStore,
		'listImages' | 'recordImages' | 'currentCommits' | 'forgetCommit' | 'getSetting' | 'setSetting'
	>;
	readonly board: StateBoard;
	/** What the executor tells; see ExecutorDeps.onProgress. */
	readonly progress: Pick<Topic<ProgressEvent>, 'subscribe'>;
	/** Facts for an app's containers. @param target - absent: the app goes */
	readonly contextFor: (target: TargetApp | undefined) => Promise<DeviceContext>;
	/** Images are to be made of others where a delta server gives what they differ by. Default: they are not. */
	readonly usesDeltas?: (() => boolean) | undefined;
	/** Pauses after failures; read at each failure. 500 ms up to the poll interval, as a rule. */
	readonly backoffLimits: () => BackoffLimits;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	readonly witness?: LoopWitness | undefined;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}
