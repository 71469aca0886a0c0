import type { Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';

/** A container as events name it. */
export interface NamedContainer {
	readonly containerId: string;
	readonly name: string;
}

/** Tells what the supervisor does to containers from what happens to them by itself. */
export interface OwnDeeds {
	/** To be subscribed to the executor's progress. */
	hear(event: ProgressEvent): void;
	/** The container has ended. @returns true when that was not our doing */
	endedByItself(container: NamedContainer): boolean;
	/** The container was started. @returns true when it had ended by itself, and this was not our doing */
	startedByItself(container: NamedContainer): boolean;
	/** We stop it, or did. @param container - id or name */
	isStopped(container: string): boolean;
	/** The container is gone. */
	forget(container: NamedContainer): void;
}

/** What plans deal with at a time is less; older ones have come to their end. */
const rememberedMax = 200;

export function createOwnDeeds(): OwnDeeds {
	const ending = new Set<string>();
	const starting = new Set<string>();
	const ended = new Set<string>();
	return {
		hear(event) {
			if (event.kind !== 'stepStarted') return;
			const { step } = event;
			if (isStart(step)) {
				remember(starting, step.container);
				ending.delete(step.container);
			}
			if (isEnd(step)) remember(ending, step.container);
		},
		endedByItself(container) {
			if (includes(ending, container)) return false;
			remember(ended, container.containerId);
			return true;
		},
		startedByItself(container) {
			const hadEnded = ended.delete(container.containerId);
			const isOurs = includes(starting, container);
			removeFrom(starting, container);
			return hadEnded && !isOurs;
		},
		isStopped: (container) => ending.has(container),
		forget(container) {
			for (const set of [ending, starting, ended]) removeFrom(set, container);
		},
	};
}

type DeedStep = Extract<
	Step,
	{ kind: 'startContainer' | 'restartContainer' | 'stopContainer' | 'removeContainer' }
>;

function isStart(step: Step): step is Extract<DeedStep, { kind: 'startContainer' }> {
	return step.kind === 'startContainer' || step.kind === 'restartContainer';
}

function isEnd(step: Step): step is Extract<DeedStep, { kind: 'stopContainer' }> {
	return step.kind === 'stopContainer' || step.kind === 'restartContainer';
}

function includes(set: ReadonlySet<string>, { containerId, name }: NamedContainer): boolean {
	return set.has(containerId) || set.has(name);
}

function removeFrom(set: Set<string>, { containerId, name }: NamedContainer): void {
	set.delete(containerId);
	set.delete(name);
}

function remember(set: Set<string>, container: string): void {
	set.delete(container);
	set.add(container);
	const [oldest] = set;
	if (set.size > rememberedMax && oldest !== undefined) set.delete(oldest);
}
