import type { Clock } from '../../kit/clock.ts';
import type { Topic } from '../../kit/emitter.ts';
import type { PublishEvent } from '../../model/event.ts';
import type { EngineEvent } from '../../model/observed.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import type { AppCondition } from '../../model/snapshot.ts';
import type { Observer } from '../../observe/observer.ts';
import { eventsOfConditions } from '../../report/events-conditions.ts';
import { eventOfContainer } from '../../report/events-containers.ts';
import {
	eventOfPlan,
	eventOfProgress,
	type AppIdOf,
	type PlanMade,
} from '../../report/events-steps.ts';
import type { StateBoard } from '../board.ts';
import { createPullPace } from './pull-pace.ts';

export interface EventFeedDeps {
	readonly publish: PublishEvent;
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	readonly appIdOf: AppIdOf;
	readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Turns what the loop, the executor and the engine tell into events. */
export interface EventFeed {
	planMade(made: PlanMade): void;
	containerEvent(event: EngineEvent): void;
	/** Listens for good. */
	attach(sources: {
		readonly progress: Pick<Topic<ProgressEvent>, 'subscribe'>;
		readonly observer: Pick<Observer, 'onAvailability'>;
	}): void;
}

export function createEventFeed({ publish, board, appIdOf, clock }: EventFeedDeps): EventFeed {
	const isDue = createPullPace(clock);
	let told: Readonly<Record<string, AppCondition>> = board.snapshot().apps;
	return {
		planMade: (made) => publish(eventOfPlan(made, appIdOf)),
		containerEvent(event) {
			const told = eventOfContainer(event);
			if (told !== undefined) publish(told);
		},
		attach({ progress, observer }) {
			progress.subscribe((event) => {
				if (event.kind === 'pullProgress' && !isDue(event.image, event.percent)) return;
				publish(eventOfProgress(event, appIdOf));
			});
			observer.onAvailability((isUp) => publish({ type: isUp ? 'engine.up' : 'engine.down' }));
			board.subscribe(({ apps }) => {
				const news = eventsOfConditions(told, apps, appIdOf);
				told = apps;
				for (const event of news) publish(event);
			});
		},
	};
}
