import type { LocalLogLine, LogLine } from '../model/log-line.ts';
import type { LogSink } from '../ports/log-sink.ts';

/** Passes lines on to whoever listens at the moment; keeps none for later. */
export interface LogHub extends LogSink {
	/** First a greeting, at once, then every line from now on, until the signal fires. A slow reader loses lines, and is told. */
	lines(signal: AbortSignal): AsyncGenerator<LocalLogLine>;
	readonly readerCount: number;
}

/** Lines that wait for one reader. */
const longestQueue = 1000;

interface Reader {
	readonly queue: LocalLogLine[];
	dropped: number;
	wake: () => void;
}

export function createLogHub(): LogHub {
	const readers = new Set<Reader>();
	return {
		get readerCount() {
			return readers.size;
		},
		write(line) {
			if (readers.size === 0) return;
			const local = toLocalLogLine(line);
			for (const reader of readers) offer(reader, local);
		},
		lines(signal) {
			const reader: Reader = { queue: [greeting], dropped: 0, wake: () => undefined };
			const leave = (): void => {
				readers.delete(reader);
				signal.removeEventListener('abort', leave);
				reader.wake();
			};
			readers.add(reader); // from the call on, not from the first read
			signal.addEventListener('abort', leave);
			if (signal.aborted) leave();
			return drain(reader, signal, leave);
		},
	};
}

const greeting: LocalLogLine = { message: 'Streaming logs', isSystem: true };

function offer(reader: Reader, line: LocalLogLine): void {
	if (reader.queue.length < longestQueue) reader.queue.push(line);
	else reader.dropped += 1;
	reader.wake();
}

async function* drain(
	reader: Reader,
	signal: AbortSignal,
	leave: () => void,
): AsyncGenerator<LocalLogLine> {
	try {
		while (!signal.aborted) {
			const line = reader.queue.shift() ?? lossOf(reader);
			if (line !== undefined) yield line;
			else await new Promise<void>((resolve) => (reader.wake = resolve));
		}
	} finally {
		leave();
	}
}

function lossOf(reader: Reader): LocalLogLine | undefined {
	if (reader.dropped === 0) return undefined;
	const message = `Warning: Suppressed ${reader.dropped} message(s) due to high load`;
	reader.dropped = 0;
	return { message, isSystem: true, isStdErr: true };
}

export function toLocalLogLine(line: LogLine): LocalLogLine {
	const { message, timestampMs, isSystem, isStdErr, serviceId, serviceName } = line;
	if (isSystem) {
		return { message, isSystem, ...(isStdErr ? { isStdErr } : {}), timestamp: timestampMs };
	}
	return {
		...(serviceName === undefined ? {} : { serviceName }),
		message,
		isStdErr,
		timestamp: timestampMs,
		...(serviceId === undefined ? {} : { serviceId }),
	};
}
