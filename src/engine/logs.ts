import { messageOf, SupervisorError } from '../kit/errors.ts';
import { createTurns, type Turns } from '../kit/turns.ts';
import { LogTracker, type LogPosition } from '../model/log-position.ts';
import type { ContainerEngine, EngineLogLine, LogBatch } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { statusOf, toEngineError } from './errors.ts';
import { createFrameParser } from './log-frames.ts';
import type { LogParser } from './log-lines.ts';
import { toSince, toUtcStamp } from './log-stamp.ts';
import { createTerminalParser } from './log-terminal.ts';

type Calls = Pick<ContainerEngine, 'containerLogs' | 'followLog'>;

export function createLogCalls(
	connection: EngineConnection,
	inspect: ContainerEngine['inspectContainer'],
): Calls {
	const turns = createTurns();
	async function* batches(container: string, options: ReadOptions): AsyncGenerator<Lines> {
		if (options.signal.aborted) return;
		const { tty } = options.tty === undefined ? await inspect(container, options.signal) : options;
		const parser = tty === true ? createTerminalParser() : createFrameParser();
		yield* parsed(openLogs(connection, { ...options, container }), parser, turns);
	}
	return {
		async *containerLogs(container, options) {
			const after = options.since === undefined ? undefined : toUtcStamp(options.since);
			for await (const lines of batches(container, options)) {
				for (const line of lines) if (after === undefined || line.stamp > after) yield line;
			}
		},
		async *followLog(container, { from, tail, tty, signal }) {
			const options = { since: from?.anchor, follow: true, tail, tty, signal };
			yield* tracked(batches(container, options), from);
		},
	};
}

type Lines = readonly EngineLogLine[];

/** Many containers may write at once: between two chunks of theirs others get a turn. */
async function* parsed(
	chunks: AsyncIterable<Buffer>,
	parser: LogParser,
	turns: Turns,
): AsyncGenerator<Lines> {
	for await (const chunk of chunks) {
		await turns.next();
		const lines = parser.push(chunk);
		if (lines.length > 0) yield lines;
	}
	const rest = parser.end();
	if (rest.length > 0) yield rest;
}

async function* tracked(
	batches: AsyncIterable<Lines>,
	from: LogPosition | undefined,
): AsyncGenerator<LogBatch> {
	const tracker = new LogTracker(from);
	for await (const batch of batches) {
		const lines = tracker.take(batch);
		const { position } = tracker;
		if (position !== undefined) yield { lines, position };
	}
}

const notImplemented = 501;

interface ReadOptions {
	/** A stamp; the engine also gives lines of that very moment. */
	readonly since?: string | undefined;
	readonly follow: boolean;
	readonly tail?: number | undefined;
	readonly tty?: boolean | undefined;
	readonly signal: AbortSignal;
}

function openLogs(
	connection: EngineConnection,
	{ container, since, follow, tail, signal }: ReadOptions & { readonly container: string },
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
