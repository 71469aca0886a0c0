import type { Clock } from '../kit/clock.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { MetricFamily } from '../report/metrics-values.ts';
import type { RequestWitness } from './request-witness.ts';
import type { EventSource } from './v3/event-reader.ts';

/** What those need who watch the device: people, dashboards, Prometheus. */
export interface WatchDeps {
	readonly events: EventSource;
	readonly history: Pick<HistoryStore, 'readHistory'>;
	/** Everything that is measured. */
	readonly metrics: () => readonly MetricFamily[];
	/** Hears of every request when it is over. */
	readonly onRequest?: RequestWitness | undefined;
	readonly clock: Clock;
}
