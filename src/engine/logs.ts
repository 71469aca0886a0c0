import type { Clock } from '../kit/clock.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { createTurns, type Turns } from '../kit/turns.ts';
import type { ContainerEngine, FollowOptions } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { statusOf, toEngineError } from './errors.ts';
import { followWhole, type Lines, type Reading } from './follow-log.ts';
import { createFrameParser } from './log-frames.ts';
import type { LogParser } from './log-lines.ts';
import { toSince, toUtcStamp } from './log-stamp.ts';
import { createTerminalParser } from './log-terminal.ts';

type Calls = Pick<ContainerEngine, 'containerLogs' | 'followLog'>;

export interface LogCallDeps {
	readonly inspect: ContainerEngine['inspectContainer'];
	readonly clock: Pick<Clock, 'now'>;
}

export function createLogCalls(
	connection: EngineConnection,
	{ inspect, clock }: LogCallDeps,
): Calls {
	const turns = createTurns();
	async function* batches(container: string, options: ReadOptions): AsyncGenerator<Lines> {
		if (options.signal.aborted) return;
		const { tty } = options.tty === undefined ? await inspect(container, options.signal) : options;
		const parser = tty === true ? createTerminalParser() : createFrameParser();
		const { room } = options;
		yield* parsed(openLogs(connection, { ...options, container }), { parser, turns, room });
	}
	return {
		async *containerLogs(container, options) {
			const after = options.since === undefined ? undefined : toUtcStamp(options.since);
			for await (const lines of batches(container, options)) {
				for (const line of lines) if (after === undefined || line.stamp > after) yield line;
			}
		},
		async *followLog(container, options) {
			const { signal, room } = options;
			const isKnown = options.tty !== undefined;
			const { tty } = isKnown ? options : await inspect(container, signal);
			const read = (reading: Reading): AsyncGenerator<Lines> =>
				batches(container, { ...reading, tty, room, signal, isPlain: true });
			yield* followWhole({ read, clock }, options);
		},
	};
}

/** So many lines are made at one time: a millisecond's work. */
const linesAtOnce = 200;

interface Parsing {
	readonly parser: LogParser;
	readonly turns: Turns;
	readonly room: FollowOptions['room'];
}

/**
 * Many containers may write at once: between some lines of theirs others get a turn. Who waits holds bytes, not lines:
 * those take five times the memory, and the collector's time.
 */
async function* parsed(
	chunks: AsyncIterable<Buffer>,
	{ parser, turns, room }: Parsing,
): AsyncGenerator<Lines> {
	for await (const chunk of chunks) {
		parser.feed(chunk);
		for (let count = linesAtOnce; count >= linesAtOnce;) {
			await turns.next();
			await room?.();
			const lines = parser.take(linesAtOnce);
			count = lines.length;
			if (count > 0) yield lines;
		}
	}
	const rest = parser.end();
	if (rest.length > 0) yield rest;
}

const notImplemented = 501;

interface ReadOptions {
	/** A stamp; the engine also gives lines of that very moment. */
	readonly since?: string | undefined;
	readonly follow: boolean;
	readonly tail?: number | undefined;
	readonly tty?: boolean | undefined;
	readonly room?: FollowOptions['room'];
	/** See StreamOptions: where an end is looked at once more anyway. Default false. */
	readonly isPlain?: boolean;
	readonly signal: AbortSignal;
}

function openLogs(
	connection: EngineConnection,
	{ container, since, follow, tail, isPlain, signal }: ReadOptions & { readonly container: string },
): AsyncGenerator<Buffer> {
	const query = {
		stdout: true,
		stderr: true,
		timestamps: true,
		follow,
		...(tail !== undefined && { tail }),
		...(since !== undefined && { since: toSince(since) }),
	};
	return connection.stream(signal, {
		isPlain,
		open: (docker, abortSignal) => {
			// Its own `follow` makes dockerode stream the answer; the query is what the engine sees.
			const options = { follow: true, _query: query, abortSignal } as const;
			return docker.getContainer(container).logs(options).catch(tellUnreadable);
		},
	});
}

/** A log driver that keeps nothing, `none` for one, does not begin to: there is no use in asking again. */
function tellUnreadable(err: unknown): never {
	const failure = toEngineError(err);
	const isForGood =
		statusOf(failure) === notImplemented || /support reading/.test(messageOf(failure));
	if (!isForGood) throw failure;
	throw new SupervisorError(messageOf(failure), {
		code: 'ENGINE_REFUSED',
		retry: 'never',
		cause: err,
	});
}
