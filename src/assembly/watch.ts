import isEqual from 'lodash/isEqual.js';
import type { EventSource } from '../api/v3/event-reader.ts';
import { hasCode } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { StateBoard } from '../loop/board.ts';
import { createAppIds } from '../loop/events/app-ids.ts';
import { createEventFeed, type EventFeed } from '../loop/events/event-feed.ts';
import { createJournal, type Journal } from '../loop/events/journal.ts';
import { createLogTap, type LogTap } from '../loop/events/log-tap.ts';
import { createHistoryKeeper, type HistoryKeeper } from '../loop/history/history-keeper.ts';
import type { LoopWitness } from '../loop/loop-witness.ts';
import type { Reconciler } from '../loop/reconciler.ts';
import type { PublishEvent } from '../model/event.ts';
import type { TargetOrigin } from '../model/event-target.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { TargetState } from '../model/target.ts';
import type { Counts } from '../report/metrics.ts';
import { eventsOfTarget, rejectionEvent } from '../report/events-targets.ts';
import type { Basis } from './basis.ts';
import type { HttpMeasures } from './measured-http.ts';
import { loopMeasures } from './measures.ts';

/** What tells of the device while it works: events. */
export interface Watch {
	readonly journal: Journal;
	/** Publishes an event and counts it. */
	readonly publish: PublishEvent;
	readonly feed: EventFeed;
	readonly logTap: LogTap;
	readonly history: HistoryKeeper;
	readonly targets: TargetWatch;
	readonly witness: LoopWitness;
	/** Uuid of an app of the target or the engine. */
	readonly appUuidOf: (appId: number) => string | undefined;
	readonly jobs: readonly Job[];
	/** Everything is on the disk; to be called when all jobs have ended. */
	readonly finish: () => Promise<void>;
}

/** What is watched from the beginning. */
export interface WatchSources {
	readonly board: StateBoard;
	readonly link: { readonly measures: Pick<HttpMeasures, 'tell'> };
}

/** The events of the last process are there afterwards. @throws {SupervisorError} STORE_FAILED */
export async function createWatch(basis: Basis, { board, link }: WatchSources): Promise<Watch> {
	const { version } = basis;
	const journal = createJournal(basis);
	await journal.load();
	const publish: PublishEvent = (event) => {
		if (event.type !== 'log.line') basis.counts.events.add([event.type]);
		journal.publish(event);
	};
	const measures = loopMeasures(basis.counts);
	publish({ type: 'supervisor.started', version });
	link.measures.tell(publish);
	const snapshot = (): DeviceSnapshot => board.snapshot();
	const appIdOf = createAppIds(snapshot);
	const feed = createEventFeed({ ...basis, publish, board, appIdOf });
	const history = createHistoryKeeper({ ...basis, snapshot, appIdOf });
	board.subscribe(({ apps }) => history.conditions(apps));
	return {
		...{ journal, publish },
		feed,
		logTap: createLogTap(publish, appIdOf),
		history,
		witness: {
			planMade(made) {
				feed.planMade(made);
				history.planMade(made);
				measures.planMade(made);
			},
			looked: (look) => measures.looked(look),
		},
		targets: createTargetWatch(publish, history),
		appUuidOf: (appId) =>
			board.snapshot().target?.apps.find((app) => Number(app.appId) === appId)?.appUuid,
		jobs: [journal],
		finish: async () => {
			await Promise.all([history.flush(), journal.finish()]);
		},
	};
}

/** Tells what becomes of target states, wherever they come from. */
export interface TargetWatch {
	/** What holds, unless a local target does, comes from there from now on. */
	baseIsFrom(origin: TargetOrigin): void;
	/** The same reconciler; every target that differs from the last is told. @param isLocal - it is a developer's */
	watched(
		reconciler: Pick<Reconciler, 'setTarget'>,
		isLocal: () => boolean,
	): Pick<Reconciler, 'setTarget'>;
	/** Runs what may refuse a target of the cloud; a refusal is told once. */
	trying<T>(work: () => Promise<T>): Promise<T>;
}

function createTargetWatch(publish: PublishEvent, history: HistoryKeeper): TargetWatch {
	let base: TargetOrigin = 'cloud';
	let last: TargetState | undefined;
	let refused = '';
	const accepted = (target: TargetState, origin: TargetOrigin): void => {
		refused = '';
		if (isEqual(target, last)) return;
		last = target;
		eventsOfTarget(target, origin).forEach(publish);
		history.targetAccepted(target, origin);
	};
	return {
		baseIsFrom: (origin) => void (base = origin),
		watched: (reconciler, isLocal) => ({
			setTarget(target, options) {
				accepted(target, isLocal() ? 'local' : base);
				reconciler.setTarget(target, options);
			},
		}),
		async trying(work) {
			try {
				return await work();
			} catch (err) {
				if (hasCode(err, 'TARGET_INVALID') && err.message !== refused) {
					refused = err.message;
					publish(rejectionEvent(err.message, 'cloud'));
					history.targetRejected(err.message, 'cloud');
				}
				throw err;
			}
		},
	};
}

/** What readers of the local API get. */
export function eventSourceOf(
	{ journal, logTap }: Pick<Watch, 'journal' | 'logTap'>,
	{ eventReadersDropped }: Pick<Counts, 'eventReadersDropped'>,
): EventSource {
	return {
		onDropped: () => eventReadersDropped.add([]),
		subscribe: (listener) => journal.subscribe(listener),
		after: (id) => journal.after(id),
		followLogs: () => logTap.follow(),
		get lastId() {
			return journal.lastId;
		},
	};
}
