import { createExecutor } from '../execute/executor.ts';
import { createLockHolders } from '../execute/lock-holders.ts';
import { createTopic, type Topic } from '../kit/emitter.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { SystemLog } from '../logs/system-log.ts';
import type { StateBoard } from '../loop/board.ts';
import { witnessLocks } from '../loop/events/witnessed-locks.ts';
import { witnessPower } from '../loop/events/witnessed-power.ts';
import { createReconciler, type Reconciler } from '../loop/reconciler.ts';
import { createObserver, type Observer } from '../observe/observer.ts';
import type { UpdateLocks } from '../ports/host.ts';
import type { Basis } from './basis.ts';
import { createContextSource } from './context.ts';
import { createDeltas, type DeltasOptions } from './deltas.ts';
import { stepMeasures } from './measures.ts';
import type { Watch } from './watch.ts';

/** The parts that keep the device at its target. */
export interface Loop {
	readonly board: StateBoard;
	readonly observer: Observer;
	readonly reconciler: Reconciler;
	readonly progress: Topic<ProgressEvent>;
	/** The locks as a change of the host sees them: a take waits a while for an update that is under way. */
	readonly hostLocks: UpdateLocks;
}

export interface LoopOptions extends DeltasOptions {
	readonly board: StateBoard;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	/** Where is told what services do by themselves. */
	readonly outlets: { readonly system: Pick<SystemLog, 'notice'> };
	readonly watch: Watch;
}

/** First pause after a failure, in milliseconds; the longest is the poll interval. */
const shortestBackoffMs = 500;
/** How long a reboot waits for an update that holds an app's locks, in milliseconds (contract 1.3). */
const longestWaitMs = 10_000;

export function createLoop(basis: Basis, options: LoopOptions): Loop {
	const { board, registryAuth, announce, watch } = options;
	const { environment, settings, log } = basis;
	const progress = createTopic<ProgressEvent>({
		onError: (err) => log.error({ err }, 'listener of the progress failed'),
	});
	const onProgress = (event: ProgressEvent): void => progress.publish(event);
	const observer = createObserver({
		...basis,
		onEvent(event) {
			watch.feed.containerEvent(event);
			options.outlets.system.notice(event);
		},
	});
	const { publish } = watch;
	const holders = createLockHolders({
		...basis,
		locks: witnessLocks(basis.locks, { publish, appUuidOf: watch.appUuidOf }),
	});
	const locks = holders.as('update');
	const deltas = createDeltas(basis, options);
	const reconciler = createReconciler({
		...basis,
		power: witnessPower(basis.power, (event) => {
			publish(event);
			if (event.type === 'power.ordered') watch.history.goingDown(event.order);
		}),
		witness: watch.witness,
		locks,
		powerLocks: holders.as('power', { waitMs: longestWaitMs }),
		overrideLocks: () => settings.current().overrideLocks,
		observer,
		executor: createExecutor({ ...basis, locks, registryAuth, deltas, onProgress }),
		usesDeltas: deltas.areWanted,
		board,
		progress,
		announce,
		contextFor: createContextSource({
			...basis,
			board,
			engineSocketPath: environment.engineSocketPath,
		}),
		backoffLimits: () => ({ minMs: shortestBackoffMs, maxMs: settings.current().pollIntervalMs }),
	});
	watch.feed.attach({ progress, observer });
	progress.subscribe((event) => watch.history.progress(event));
	progress.subscribe(stepMeasures(basis.counts));
	const hostLocks = holders.as('host', { waitMs: longestWaitMs });
	return { board, observer, reconciler, hostLocks, progress };
}
