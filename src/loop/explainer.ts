import isEqual from 'lodash/isEqual.js';
import mapValues from 'lodash/mapValues.js';
import pick from 'lodash/pick.js';
import pickBy from 'lodash/pickBy.js';
import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker } from '../kit/waker.ts';
import { ServiceExplanation } from '../model/explanation.ts';
import { serviceKeyOf } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { StateStore } from '../ports/state-store.ts';
import { changeOf } from '../report/explain-change.ts';
import { explainStates, type State } from '../report/explain-state.ts';
import type { StateBoard } from './board.ts';

export interface ExplainerDeps {
	readonly board: StateBoard;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Keeps for every service why it is as it is and why it was last changed, on the board and across restarts. */
export interface Explainer extends Job {
	/** Reads what a former process knew. */
	load(): Promise<void>;
	hear(event: ProgressEvent): void;
}

type Explanations = Readonly<Record<string, ServiceExplanation>>;

const settingName = 'explanations';

const Stored = z.record(z.string(), ServiceExplanation).catch({});

/** Changes come in swarms. */
const gatherMs = 100;
/** Flash memory wears out. */
const saveSpacingMs = 5000;

export function createExplainer(deps: ExplainerDeps): Explainer {
	const { board, store, clock } = deps;
	const waker = createWaker(clock);
	const saving = createSaving(deps);
	let known: Explanations = {};
	/** The board's revision that was made here: nobody need look at it. */
	let ownRevision = -1;

	const refresh = (): void => {
		const snapshot = board.snapshot();
		if (snapshot.target === undefined || snapshot.observed === undefined) return;
		const states = { ...explainStates(snapshot, known), ...unplanned(snapshot, known) };
		known = withStates(known, states, clock.now().getTime());
		if (isEqual(known, snapshot.explanations)) return;
		ownRevision = snapshot.revision + 1;
		board.update({ explanations: known });
	};

	return {
		name: 'explainer',
		async load() {
			known = Stored.parse(await store.getSetting(settingName));
			saving.isSaved(known);
			board.update({ explanations: known });
		},
		hear(event) {
			if (event.kind !== 'stepDone') return;
			known = withChange(known, event.step, clock.now().getTime());
			waker.wake();
		},
		async run(signal) {
			const unsubscribe = board.subscribe(({ revision }) => {
				if (revision !== ownRevision) waker.wake();
			});
			waker.wake();
			while (!signal.aborted) {
				await waker.wait(saving.dueInMs(known), signal).catch(ignore);
				await clock.sleep(gatherMs, signal).catch(ignore);
				refresh();
				if (saving.dueInMs(known) === 0) await saving.save(known);
			}
			unsubscribe();
			if (saving.dueInMs(known) !== Infinity) await saving.save(known);
		},
	};
}

/** Keeps the explanations on the disk, where they change and not too often. */
interface Saving {
	/** What the disk has. */
	isSaved(explanations: Explanations): void;
	/** Milliseconds until they are to be saved; `Infinity`: the disk has them. */
	dueInMs(explanations: Explanations): number;
	save(explanations: Explanations): Promise<void>;
}

function createSaving({ store, clock, log }: Omit<ExplainerDeps, 'board'>): Saving {
	let saved: Explanations = {};
	let savedAtMs = -Infinity;
	return {
		isSaved: (explanations) => void (saved = explanations),
		dueInMs: (explanations) =>
			isEqual(toSave(saved), toSave(explanations))
				? Infinity
				: Math.max(0, savedAtMs + saveSpacingMs - clock.monotonicMs()),
		async save(explanations) {
			saved = explanations;
			savedAtMs = clock.monotonicMs();
			await store
				.setSetting(settingName, explanations)
				.catch((err: unknown) => log.warn({ err }, 'explanations could not be saved'));
		},
	};
}

/** For waits that only reject when their signal fires, where the loop looks at the signal itself. */
const ignore = (): void => undefined;

/** Until an app was looked at, what was known of its services holds: after a start, and when its target changes. */
function unplanned(
	{ target, apps }: DeviceSnapshot,
	known: Explanations,
): Readonly<Record<string, State>> {
	const isPlanned = (appUuid: string): boolean => {
		const condition = apps[appUuid];
		const { phase, services } = condition ?? { phase: 'applying' };
		return phase !== 'applying' || services !== undefined;
	};
	const waiting = (target?.apps ?? []).filter(({ appUuid }) => !isPlanned(appUuid));
	const keys = waiting.flatMap(({ appUuid, release }) =>
		(release?.services ?? []).map(({ serviceName }) => serviceKeyOf(appUuid, serviceName)),
	);
	return pickBy(
		mapValues(pick(known, keys), ({ state }) => state),
		isBasis,
	);
}

/** What lasts no longer than a step says nothing once the step is over. */
function isBasis({ code }: State): boolean {
	return !['downloading', 'installing', 'starting', 'stopping'].includes(code);
}

/** The percents of a download are not worth a place on the disk. */
function toSave(explanations: Explanations): Explanations {
	return mapValues(explanations, (one) =>
		one.state.code === 'downloading' ? { ...one, state: { ...one.state, text: '' } } : one,
	);
}

/** What is not in the target any more is forgotten; what stays as it is keeps its time. */
function withStates(
	known: Explanations,
	states: Readonly<Record<string, State>>,
	now: number,
): Explanations {
	return mapValues(states, (state, key) => {
		const before = known[key];
		const since = before?.state.code === state.code ? before.state.since : now;
		const { lastChange } = before ?? {};
		return { state: { ...state, since }, ...(lastChange !== undefined && { lastChange }) };
	});
}

function withChange(known: Explanations, step: Step, now: number): Explanations {
	const { appUuid, serviceName } = step;
	if (appUuid === undefined || serviceName === undefined) return known;
	const key = serviceKeyOf(appUuid, serviceName);
	const before = known[key] ?? { state: { code: 'absent', text: '', since: now } };
	const change = changeOf(step, before.lastChange);
	if (change === undefined) return known;
	return { ...known, [key]: { ...before, lastChange: { ...change, since: now } } };
}
