import isEqual from 'lodash/isEqual.js';
import type { Clock } from '../kit/clock.ts';
import { serviceKeyOf } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { VolatileStatus } from '../model/snapshot.ts';
import type { StateBoard } from './board.ts';

export interface BoardFeedDeps {
	readonly board: StateBoard;
	readonly clock: Clock;
}

/** Puts progress and observations on the board. */
export interface BoardFeed {
	/** Percents alone reach the board at most five times a second, the last one always. */
	tell(event: ProgressEvent): void;
	/**
	 * Publishes what was observed, and takes away what ended steps did to services: the observation shows it now.
	 */
	observed(state: ObservedState): void;
	/** Ends the timer of percents. */
	stop(): void;
}

const percentSpacingMs = 200;

/** What a step does to a service while it runs. */
function volatileStatusOf({ kind }: Step): VolatileStatus | undefined {
	if (kind === 'createContainer') return 'Installing';
	if (kind === 'startContainer' || kind === 'restartContainer') return 'Starting';
	return kind === 'stopContainer' || kind === 'removeContainer' ? 'Stopping' : undefined;
}

interface Mark<T> {
	readonly stepId: string;
	readonly value: T;
	/** The step is over; the mark stays until the next observation, so that no older state shows in between. */
	isOver: boolean;
}

type Marks<T> = Map<string, Mark<T>>;

export function createBoardFeed({ board, clock }: BoardFeedDeps): BoardFeed {
	const services: Marks<VolatileStatus> = new Map();
	const pulls: Marks<number> = new Map();
	const stopped = new AbortController();
	let flushedAtMs = -Infinity;
	let timer: Promise<void> | undefined;

	const flush = (): void => {
		flushedAtMs = clock.monotonicMs();
		const change = { pulls: valuesOf(pulls), volatile: valuesOf(services) };
		const { pulls: before, volatile } = board.snapshot();
		if (!isEqual(change, { pulls: before, volatile })) board.update(change);
	};
	const flushSoon = (): void => {
		const waitMs = flushedAtMs + percentSpacingMs - clock.monotonicMs();
		if (waitMs <= 0) flush();
		else timer ??= flushAfter(waitMs);
	};
	const flushAfter = async (waitMs: number): Promise<void> => {
		await clock.sleep(waitMs, stopped.signal).catch(() => undefined); // cut short: flushed at once
		timer = undefined;
		flush();
	};

	return {
		tell(event) {
			if (event.kind === 'pullProgress') {
				const mark = pulls.get(event.image);
				pulls.set(event.image, { stepId: '', isOver: false, ...mark, value: event.percent });
				flushSoon();
				return;
			}
			if (event.kind === 'stepStarted') begin(event.step, { services, pulls });
			else end(event.step, event.kind === 'stepDone', { services, pulls });
			if (event.kind === 'stepDone') noteDone(event.step, board);
			flush();
		},
		observed(state) {
			sweep(services);
			sweep(pulls);
			const before = board.snapshot().observed;
			const isOlder = before !== undefined && state.atMs < before.atMs;
			if (before !== state && !isOlder) board.update({ observed: state });
			flush();
		},
		stop: () => stopped.abort(),
	};
}

interface AllMarks {
	readonly services: Marks<VolatileStatus>;
	readonly pulls: Marks<number>;
}

function serviceOf({ appUuid, serviceName }: Step): string | undefined {
	if (appUuid === undefined || serviceName === undefined) return undefined;
	return serviceKeyOf(appUuid, serviceName);
}

function begin(step: Step, { services, pulls }: AllMarks): void {
	const status = volatileStatusOf(step);
	const serviceKey = serviceOf(step);
	if (status !== undefined && serviceKey !== undefined) {
		services.set(serviceKey, { stepId: step.id, value: status, isOver: false });
	}
	if (step.kind === 'pullImage') {
		pulls.set(step.image, { stepId: step.id, value: 0, isOver: false });
	}
}

function end(step: Step, isDone: boolean, { services, pulls }: AllMarks): void {
	endMark(services, { key: serviceOf(step), stepId: step.id, isDone });
	if (step.kind === 'pullImage') endMark(pulls, { key: step.image, stepId: step.id, isDone });
}

function endMark<T>(
	marks: Marks<T>,
	{ key = '', stepId, isDone }: { key: string | undefined; stepId: string; isDone: boolean },
): void {
	const mark = marks.get(key);
	if (mark?.stepId !== stepId) return;
	if (isDone) mark.isOver = true;
	else marks.delete(key);
}

function sweep<T>(marks: Marks<T>): void {
	for (const [key, { isOver }] of marks) {
		if (isOver) marks.delete(key);
	}
}

function valuesOf<T>(marks: Marks<T>): Record<string, T> {
	return Object.fromEntries([...marks].map(([key, { value }]) => [key, value]));
}

function noteDone(step: Step, board: StateBoard): void {
	if (step.kind === 'pullImage') board.update({ updateDownloaded: true });
	if (step.kind === 'recordCommit' && step.appUuid !== undefined) {
		const { currentCommits } = board.snapshot();
		board.update({ currentCommits: { ...currentCommits, [step.appUuid]: step.commit } });
	}
}
