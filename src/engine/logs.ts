import type { ContainerEngine, EngineLogLine } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { nanosOf, toSince } from './log-cursor.ts';
import { framesOf, terminalPiecesOf } from './log-frames.ts';
import { joinLines } from './log-lines.ts';

type LogOptions = Parameters<ContainerEngine['containerLogs']>[1];

export function createLogCalls(
	connection: EngineConnection,
	inspect: ContainerEngine['inspectContainer'],
): Pick<ContainerEngine, 'containerLogs'> {
	return {
		async *containerLogs(container, options) {
			const { signal, since } = options;
			if (signal.aborted) return;
			const { tty } = options.tty === undefined ? await inspect(container, signal) : options;
			const cursor = since === undefined ? undefined : nanosOf(since);
			const chunks = openLogs(connection, { ...options, container, cursor });
			const pieces = tty ? terminalPiecesOf(chunks) : framesOf(chunks);
			for await (const line of joinLines(pieces)) {
				if (cursor === undefined || isAfter(line, cursor)) yield line;
			}
		},
	};
}

/** The engine's own `since` includes the moment it names. */
function isAfter({ stamp }: EngineLogLine, cursor: bigint): boolean {
	const nanos = nanosOf(stamp);
	return nanos === undefined || nanos > cursor;
}

interface OpenOptions extends LogOptions {
	readonly container: string;
	readonly cursor: bigint | undefined;
}

function openLogs(
	connection: EngineConnection,
	{ container, cursor, follow, tail, signal }: OpenOptions,
): AsyncGenerator<Buffer> {
	const query = {
		stdout: true,
		stderr: true,
		timestamps: true,
		follow,
		...(tail !== undefined && { tail }),
		...(cursor !== undefined && { since: toSince(cursor) }),
	};
	return connection.stream(signal, {
		open: (docker, abortSignal) => {
			// Its own `follow` makes dockerode stream the answer; the query is what the engine sees.
			const options = { follow: true, _query: query, abortSignal } as const;
			return docker.getContainer(container).logs(options);
		},
	});
}
