import type { Step } from '../model/plan.ts';
import type { Turns } from './walk.ts';

export interface TurnLimits {
	/** Downloads. */
	readonly pulls: number;
	/** Other steps that ask something of the engine. */
	readonly steps: number;
	/** The same in a plan by which services only go: their stops wait in the engine more than they work. */
	readonly departures: number;
	/** Of these, the ones that keep a service down: from the stop of its old container to the start of its new one. */
	readonly switches: number;
}

/** Which of a plan's steps begins next, so that services are down for their own replacement only. */
export interface StepTurns extends Turns<Step> {
	/** The running step waits for a container, and not for the engine's work: another may begin beside it. */
	giveWay(step: Step): void;
}

/** Calls that wait in the engine, at most. */
const mostAside = 32;

type Line = 'waits' | 'pulls' | 'returns' | 'starts' | 'usual' | 'stops' | 'removals';

export function createTurns(steps: readonly Step[], limits: TurnLimits): StepTurns {
	const lineOf = createLines(steps);
	const has = (wanted: Step['kind']): boolean => steps.some(({ kind }) => kind === wanted);
	const isTakeDown = has('stopContainer') && !has('startContainer');
	const mostSteps = isTakeDown ? limits.departures : limits.steps;
	const lines: Readonly<Record<Line, Step[]>> = {
		...{ waits: [], pulls: [], returns: [], starts: [], usual: [], stops: [], removals: [] },
	};
	const running = new Map<Step, Line>();
	const aside = new Set<Step>();

	const count = (...wanted: readonly Line[]): number =>
		[...running.values()].filter((line) => wanted.includes(line)).length;
	const isFree = (line: Line): boolean => {
		if (line === 'waits') return true;
		if (line === 'pulls') return count('pulls') < limits.pulls;
		if (count('returns', 'starts', 'usual', 'stops', 'removals') >= mostSteps) return false;
		if (line === 'stops') return count('returns', 'stops') < limits.switches;
		return line !== 'removals' || lines.stops.length === 0;
	};

	return {
		enter: (step) => void lines[lineOf.ready(step)].push(step),
		next() {
			const line = order.find((one) => lines[one].length > 0 && isFree(one));
			const step = line === undefined ? undefined : lines[line].shift();
			if (line !== undefined && step !== undefined) running.set(step, line);
			return step;
		},
		ended(step) {
			running.delete(step);
			aside.delete(step);
			lineOf.ended(step);
		},
		giveWay(step) {
			if (aside.size < mostAside && running.delete(step)) aside.add(step);
		},
	};
}

/**
 * Whoever brings a service back comes first, then whoever starts one that is made already; who only tidies up comes last,
 * unless nothing else is to be done.
 */
const order = ['waits', 'pulls', 'returns', 'starts', 'usual', 'stops', 'removals'] as const;

interface Lines {
	/** Where a step stands that becomes ready now. */
	ready(step: Step): Line;
	ended(step: Step): void;
}

function createLines(steps: readonly Step[]): Lines {
	const starting = new Set(
		steps.flatMap(({ kind, serviceName }) => (kind === 'startContainer' ? [serviceName] : [])),
	);
	const awaited = new Set(steps.flatMap((step) => (isClosing(step) ? [] : step.after)));
	/** Services that have stopped and wait for their start. */
	const down = new Set<string | undefined>();
	const switches = ({ kind, serviceName }: Step): boolean =>
		kind === 'stopContainer' && serviceName !== undefined && starting.has(serviceName);
	return {
		ready(step) {
			const { kind, serviceName, id } = step;
			if (kind === 'waitHandover') return 'waits';
			if (kind === 'pullImage') return 'pulls';
			if (switches(step)) return 'stops';
			if (serviceName !== undefined && down.has(serviceName)) return 'returns';
			if (kind === 'startContainer') return 'starts';
			if (!kind.startsWith('remove') || awaited.has(id)) return 'usual';
			return starting.size > 0 ? 'removals' : 'returns';
		},
		ended(step) {
			if (switches(step)) down.add(step.serviceName);
			if (step.kind === 'startContainer') down.delete(step.serviceName);
		},
	};
}

/** Steps that come after all others, and keep nobody waiting. */
function isClosing({ kind }: Step): boolean {
	return kind === 'releaseLocks' || kind === 'recordCommit';
}
