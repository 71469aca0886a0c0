import type { Clock } from '../kit/clock.ts';
import type { EngineEvent, ObservedContainer } from '../model/observed.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { eventOfContainer } from '../report/events-containers.ts';
import { containerMessage, systemMessageOf } from '../report/system-messages.ts';
import { createOwnDeeds, type OwnDeeds } from './own-deeds.ts';

export interface SystemLogDeps {
	readonly sinks: readonly LogSink[];
	readonly snapshot: () => Pick<DeviceSnapshot, 'observed'>;
	readonly clock: Clock;
}

/** What the supervisor itself has to say to people, among the lines of the services. */
export interface SystemLog {
	announce(message: string): void;
	/** Announces a step's start, end or failure; to be subscribed to the executor's progress. */
	hear(event: ProgressEvent): void;
	/** Announces that a service ended, or was started again, by itself; to be told of the engine's events. */
	notice(event: EngineEvent): void;
}

/** Containers of a plan are few; older ones are in the snapshot. */
const rememberedMax = 200;

export function createSystemLog(deps: SystemLogDeps): SystemLog {
	return new ContainerSystemLog(deps);
}

class ContainerSystemLog implements SystemLog {
	readonly #deps: SystemLogDeps;
	readonly #deeds: OwnDeeds = createOwnDeeds();
	/** Images of containers that were made lately, by name. */
	readonly #created = new Map<string, string>();

	constructor(deps: SystemLogDeps) {
		this.#deps = deps;
	}

	announce(message: string): void {
		const { sinks, clock } = this.#deps;
		const timestampMs = clock.now().getTime();
		for (const sink of sinks) sink.write({ message, timestampMs, isSystem: true, isStdErr: false });
	}

	hear(event: ProgressEvent): void {
		if (event.kind === 'stepDone' && event.step.kind === 'createContainer') {
			const { spec } = event.step;
			this.#remember(spec.name, spec.config.Image);
		}
		if (event.kind === 'stepStarted' && event.step.kind === 'removeContainer') {
			this.#announceRemoval(event.step);
		}
		this.#deeds.hear(event);
		const message = systemMessageOf(event, (container) => this.#imageOf(container));
		if (message !== undefined) this.announce(message);
	}

	notice(event: EngineEvent): void {
		const told = eventOfContainer(event);
		if (told?.type === 'container.exited' && this.#deeds.endedByItself(told)) {
			this.#tell('Service exited', told);
		}
		if (told?.type === 'container.started' && this.#deeds.startedByItself(told)) {
			this.#tell('Restarting service', told);
		}
		if (told?.type === 'container.removed') this.#deeds.forget(told);
	}

	/** A removal is told of where no stop before it has told that the service goes. */
	#announceRemoval(step: {
		readonly container: string;
		readonly serviceName?: string | undefined;
	}): void {
		const { container, serviceName } = step;
		const state = this.#find(container)?.state;
		if (state !== 'exited' && state !== 'dead') return;
		if (this.#deeds.isStopped(container)) return;
		const verb =
			state === 'dead'
				? 'Removing dead container'
				: 'Service is already stopped, removing container';
		this.announce(containerMessage(verb, { serviceName, image: this.#imageOf(container) }));
	}

	#tell(verb: string, { containerId, serviceName }: ToldContainer): void {
		this.announce(containerMessage(verb, { serviceName, image: this.#imageOf(containerId) }));
	}

	#find(container: string): ObservedContainer | undefined {
		return this.#deps
			.snapshot()
			.observed?.containers.find(
				({ containerId, name }) => containerId === container || name === container,
			);
	}

	#imageOf(container: string): string | undefined {
		return this.#created.get(container) ?? this.#find(container)?.imageReference;
	}

	#remember(name: string, image: string): void {
		this.#created.set(name, image);
		const [oldest] = this.#created.keys();
		if (this.#created.size > rememberedMax && oldest !== undefined) this.#created.delete(oldest);
	}
}

interface ToldContainer {
	readonly containerId: string;
	readonly serviceName?: string | undefined;
}
