import type { Clock } from '../kit/clock.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { systemMessageOf } from '../report/system-messages.ts';

export interface SystemLogDeps {
	readonly sinks: readonly LogSink[];
	readonly snapshot: () => DeviceSnapshot;
	readonly clock: Clock;
}

/** What the supervisor itself has to say to people, among the lines of the services. */
export interface SystemLog {
	announce(message: string): void;
	/** Announces a step's start, end or failure; to be subscribed to the executor's progress. */
	hear(event: ProgressEvent): void;
}

/** Containers of a plan are few; older ones are in the snapshot. */
const rememberedMax = 200;

export function createSystemLog({ sinks, snapshot, clock }: SystemLogDeps): SystemLog {
	const created = new Map<string, string>();
	const announce = (message: string): void => {
		const timestampMs = clock.now().getTime();
		for (const sink of sinks) sink.write({ message, timestampMs, isSystem: true, isStdErr: false });
	};
	const imageOf = (container: string): string | undefined =>
		created.get(container) ??
		snapshot().observed?.containers.find(
			({ containerId, name }) => containerId === container || name === container,
		)?.imageReference;
	const remember = ({ name, image }: { name: string; image: string }): void => {
		created.set(name, image);
		const [oldest] = created.keys();
		if (created.size > rememberedMax && oldest !== undefined) created.delete(oldest);
	};
	return {
		announce,
		hear(event) {
			if (event.kind === 'stepDone' && event.step.kind === 'createContainer') {
				const { spec } = event.step;
				remember({ name: spec.name, image: spec.config.Image });
			}
			const message = systemMessageOf(event, imageOf);
			if (message !== undefined) announce(message);
		},
	};
}
