import Bluebird from 'bluebird';
import type { Clock } from '../kit/clock.ts';
import { createDeadline } from '../kit/deadline.ts';
import { createSingleFlight } from '../kit/single-flight.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

/** What is known of a container beside the engine's list. */
export interface VitalSigns {
	/** RFC 3339, the engine's clock; absent while it does not run. */
	readonly startedAt?: string | undefined;
	/** How often the engine has started it again by its restart policy. */
	readonly restarts: number;
	/** Absent while it does not run. */
	readonly memoryBytes?: number | undefined;
	/** Processor time since it started, of all cores together, in milliseconds; absent while it does not run. */
	readonly cpuMs?: number | undefined;
	/** Of one core, since the reading before; absent until there are two readings. */
	readonly cpuPercent?: number | undefined;
}

/** Vital signs of all our containers, read on demand: while nobody asks, nothing is read. */
export interface Vitals {
	/**
	 * Resolves with what the engine tells, by container id. A reading of the last ten seconds is given at once, and after
	 * two seconds a new one is begun for whoever asks next; where there is none it is waited for until it has taken a
	 * second, whoever asks. A container that the engine does not tell of is left out. Never rejects.
	 */
	read(): Promise<ReadonlyMap<string, VitalSigns>>;
}

export interface VitalsDeps {
	/** Those that were observed last; the same object stands for a container until it changes. */
	readonly containers: () => readonly ObservedContainer[];
	readonly engine: Pick<ContainerEngine, 'inspectContainer' | 'containerUsage'>;
	readonly clock: Clock;
}

const freshMs = 2_000;
const usableMs = 10_000;
const patienceMs = 1_000;
const limitMs = 10_000;
/** The engine takes about a millisecond for a reading; more at once would only wait there. */
const concurrency = 4;
const never = new AbortController().signal;

/** What changes only together with the container's entry in the engine's list. */
type Run = Pick<VitalSigns, 'startedAt' | 'restarts'>;

interface Reading {
	readonly atMs: number;
	readonly signs: ReadonlyMap<string, VitalSigns>;
}

export function createVitals(deps: VitalsDeps): Vitals {
	const { clock } = deps;
	const flight = createSingleFlight<Reading>();
	const runs = new WeakMap<ObservedContainer, Run>();
	let last: Reading = { atMs: Number.NEGATIVE_INFINITY, signs: new Map() };
	let begunMs = 0;
	const refresh = async (): Promise<Reading> => {
		begunMs = clock.monotonicMs();
		const limit = createDeadline(never, limitMs);
		try {
			const look = { deps, runs, last, signal: limit.signal };
			const found = await Bluebird.map(deps.containers(), (one) => signsOf(one, look), {
				concurrency,
			});
			return (last = { atMs: clock.monotonicMs(), signs: new Map(found.flat()) });
		} finally {
			limit.end();
		}
	};
	return {
		async read() {
			const ageMs = clock.monotonicMs() - last.atMs;
			if (ageMs < freshMs) return last.signs;
			const work = flight.run('all', refresh).catch(() => last);
			const patientMs = begunMs + patienceMs - clock.monotonicMs();
			if (ageMs < usableMs || patientMs <= 0) return last.signs;
			const patience = createDeadline(never, patientMs);
			return patience
				.race(work)
				.catch(() => last)
				.then(({ signs }) => signs)
				.finally(() => patience.end());
		},
	};
}

interface Look {
	readonly deps: VitalsDeps;
	readonly runs: WeakMap<ObservedContainer, Run>;
	readonly last: Reading;
	readonly signal: AbortSignal;
}

/** Nothing for a container that the engine has no more, or does not tell of. */
async function signsOf(container: ObservedContainer, look: Look): Promise<[string, VitalSigns][]> {
	const { containerId, state } = container;
	try {
		const run = await runOf(container, look);
		if (state !== 'running') return [[containerId, run]];
		const { memoryBytes, cpuMs } = await look.deps.engine.containerUsage(containerId, look.signal);
		const cpuPercent = cpuPercentOf(containerId, cpuMs, look);
		return [[containerId, { ...run, memoryBytes, cpuMs, ...cpuPercent }]];
	} catch {
		return [];
	}
}

async function runOf(container: ObservedContainer, look: Look): Promise<Run> {
	const known = look.runs.get(container);
	if (known !== undefined) return known;
	const { running, startedAt, restartCount } = await look.deps.engine.inspectContainer(
		container.containerId,
		look.signal,
	);
	const run = { restarts: restartCount, ...(running ? { startedAt } : {}) };
	look.runs.set(container, run);
	return run;
}

function cpuPercentOf(
	containerId: string,
	cpuMs: number,
	{ last, deps }: Look,
): Pick<VitalSigns, 'cpuPercent'> {
	const beforeMs = last.signs.get(containerId)?.cpuMs;
	const elapsedMs = deps.clock.monotonicMs() - last.atMs;
	// It began anew when the container was started again.
	if (beforeMs === undefined || beforeMs > cpuMs || elapsedMs <= 0) return {};
	return { cpuPercent: Math.round(((cpuMs - beforeMs) / elapsedMs) * 1000) / 10 };
}
