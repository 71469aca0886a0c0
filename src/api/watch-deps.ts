import type { Clock } from '../kit/clock.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { EventSource } from './v3/event-reader.ts';

/** What those need who watch the device: people, dashboards, Prometheus. */
export interface WatchDeps {
	readonly events: EventSource;
	readonly history: Pick<HistoryStore, 'readHistory'>;
	readonly clock: Clock;
}
