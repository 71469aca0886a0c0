import type { Clock } from '../kit/clock.ts';
import { LogTracker, type LogPosition } from '../model/log-position.ts';
import type { EngineLogLine, FollowOptions, LogBatch } from '../ports/container-engine.ts';
import { statusOf } from './errors.ts';
import { createSuspicion } from './log-suspicion.ts';

export type Lines = readonly EngineLogLine[];

export interface Reading {
	/** A stamp. */
	readonly since: string | undefined;
	readonly follow: boolean;
	readonly tail?: number | undefined;
}

export interface FollowDeps {
	/** One request to the engine. */
	readonly read: (reading: Reading) => AsyncIterable<Lines>;
	readonly clock: Pick<Clock, 'now'>;
}

type Mode = 'follow' | 'catchUp' | 'rest';

/** What one request gave. */
interface Outcome {
	position: LogPosition | undefined;
	fresh: number;
	isSuspicious: boolean;
}

/** A reading of fewer new lines has caught up. */
const fewLines = 2000;

/**
 * Each line of a log once. When Docker before version 23 follows a log whose file is rotated, it repeats lines of the new
 * file, passes over a whole file if it is so slow that the next rotation comes meanwhile, and leaves out what a container
 * wrote last. A request that does not follow is right whatever happens meanwhile: the engine keeps the files open for it. So
 * a log is followed as long as nothing is suspicious; else, and when a followed log has ended, the engine is asked for what
 * there is from a known place on.
 */
export async function* followWhole(
	{ read, clock }: FollowDeps,
	{ from, tail, isRotated = true, fileBytes, signal }: Omit<FollowOptions, 'tty'>,
): AsyncGenerator<LogBatch> {
	let mode: Mode | 'end' = 'follow';
	const outcome: Outcome = { position: from, fresh: 0, isSuspicious: false };
	for (let turn = 0; mode !== 'end' && !signal.aborted; turn++) {
		const since = outcome.position?.anchor;
		const isWatched = mode === 'follow' && isRotated;
		const watch = isWatched ? createSuspicion({ clock, fileBytes }) : undefined;
		const batches =
			turn === 0
				? read({ since, follow: true, tail })
				: untilGone(nextReading(mode, { read, since, isRotated }));
		yield* takeNew(batches, outcome, watch);
		mode = nextMode(mode, outcome);
	}
}

interface NextReading extends Pick<FollowDeps, 'read'> {
	readonly since: string | undefined;
	readonly isRotated: boolean;
}

function nextReading(mode: Mode, { read, since, isRotated }: NextReading): AsyncIterable<Lines> {
	if (mode === 'rest' && !isRotated) return restOf(read, since);
	return read({ since, follow: mode === 'follow' });
}

function nextMode(mode: Mode, { fresh, isSuspicious }: Outcome): Mode | 'end' {
	if (isSuspicious) return 'catchUp';
	if (mode === 'catchUp') return fresh < fewLines ? 'follow' : 'catchUp';
	return fresh === 0 ? 'end' : 'rest';
}

const goneOrGoing = [404, 409];

/** A container that is removed meanwhile has no more to say: the engine does not know it, or is removing it. */
async function* untilGone(batches: AsyncIterable<Lines>): AsyncGenerator<Lines> {
	try {
		yield* batches;
	} catch (err) {
		if (!goneOrGoing.includes(statusOf(err) ?? 0)) throw err;
	}
}

/** Up to the first suspicion; what is suspicious itself is left out. */
async function* takeNew(
	batches: AsyncIterable<Lines>,
	outcome: Outcome,
	watch: ReturnType<typeof createSuspicion> | undefined,
): AsyncGenerator<LogBatch> {
	const tracker = new LogTracker(outcome.position);
	outcome.fresh = 0;
	outcome.isSuspicious = false;
	for await (const batch of batches) {
		const lines = tracker.take(batch);
		outcome.isSuspicious = watch?.isInDisorder(lines) ?? false;
		if (outcome.isSuspicious) return;
		outcome.fresh += lines.length;
		outcome.position = tracker.position ?? outcome.position;
		const { position } = outcome;
		if (position !== undefined) yield { lines, position, hasGap: tracker.takeGap() };
		outcome.isSuspicious = watch?.isBehind(lines) ?? false;
		if (outcome.isSuspicious) return;
	}
}

/** So many of the last pieces of lines are asked for first, where the log may be as large as the disk. */
const tailPieces = 400;

/** From the stamp on, without that the engine reads the whole log for it, if there are few. */
async function* restOf(read: FollowDeps['read'], since: string | undefined): AsyncGenerator<Lines> {
	const batches: Lines[] = [];
	let count = 0;
	for await (const batch of read({ since, follow: false, tail: tailPieces })) {
		batches.push(batch);
		count += batch.length;
	}
	// a line may have many pieces: half of them is surely not cut off
	if (count <= tailPieces / 2) yield* batches;
	else yield* read({ since, follow: false });
}
