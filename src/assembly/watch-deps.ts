import { processFamilies } from '../api/process-metrics.ts';
import type { Vitals } from '../api/vitals.ts';
import type { WatchDeps } from '../api/watch-deps.ts';
import type { Topic } from '../kit/emitter.ts';
import { deviceFamilies } from '../report/metrics-device.ts';
import { familiesOf } from '../report/metrics.ts';
import type { Basis } from './basis.ts';
import type { CloudLink } from './cloud.ts';
import type { LogOutlets } from './logs.ts';
import type { Loop } from './loop.ts';
import { requestMeasures } from './measures.ts';
import { eventSourceOf, type Watch } from './watch.ts';

const muchLoad = 1000;
const streamLoad = 100;

export interface WatchParts {
	readonly watch: Watch;
	readonly loop: Pick<Loop, 'board' | 'observer'>;
	readonly link: Pick<CloudLink, 'measures'>;
	readonly outlets: Pick<LogOutlets, 'droppedLines'>;
	/** Told after every thousandth request of the local API; a stream counts as a hundred. */
	readonly muchRequested: Pick<Topic<number>, 'publish'>;
}

/** What the local API shows of the device's doings: events, history and metrics. */
export function createWatchDeps(basis: Basis, parts: WatchParts, vitals: Vitals): WatchDeps {
	const { store, counts, version, clock } = basis;
	const { watch, loop, link, outlets } = parts;
	const countRequest = requestMeasures(counts);
	let load = 0;
	const families = [
		...familiesOf(counts),
		...deviceFamilies({
			...{ version, nodeVersion: process.version },
			snapshot: () => loop.board.snapshot(),
			vitals: () => vitals.read(),
			isEngineUp: () => loop.observer.isEngineUp,
			cloud: link.measures,
			eventReaders: () => watch.journal.readerCount,
			droppedLogLines: outlets.droppedLines,
		}),
		...processFamilies(),
	];
	return {
		...{ events: eventSourceOf(watch, counts), history: store, clock },
		metrics: () => families,
		onRequest(request) {
			countRequest(request);
			watch.history.requested(request);
			load += request.isStream ? streamLoad : 1;
			if (load < muchLoad) return;
			parts.muchRequested.publish(load);
			load = 0;
		},
	};
}
