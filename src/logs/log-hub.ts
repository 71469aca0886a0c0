import type { Clock } from '../kit/clock.ts';
import { roomIn, type LogSink } from '../ports/log-sink.ts';
import { createRoom, type Room } from '../kit/room.ts';
import { LineBuffer } from '../report/line-buffer.ts';
import { encodeLocalLine, greeting } from './local-line.ts';

/** Passes lines on to whoever listens at the moment; keeps none for later. */
export interface LogHub extends LogSink {
	room(): Promise<void> | undefined;
	/**
	 * First a greeting, at once and by itself, then every line from now on, until the signal fires: JSON objects, one a
	 * line, some at a time. A slow reader loses lines, and is told how many of which service.
	 */
	read(signal: AbortSignal): AsyncGenerator<string>;
	readonly readerCount: number;
}

/** What waits for one reader: with the usual line of 200 bytes, 5,000 lines. */
const limitBytes = 1024 * 1024;
/** What one reader is given at a time. */
const pieceBytes = 64 * 1024;

interface Reader {
	readonly buffer: LineBuffer;
	readonly room: Room;
	wake: () => void;
}

export function createLogHub({ clock }: { readonly clock: Clock }): LogHub {
	const readers = new Set<Reader>();
	return {
		get readerCount() {
			return readers.size;
		},
		write(line) {
			if (readers.size === 0) return;
			readers.forEach(({ buffer, wake }) => {
				buffer.add(line);
				wake();
			});
		},
		room: () =>
			readers.size === 0
				? undefined
				: roomIn([...readers].map(({ room }) => ({ write: ignore, room: () => room.wait() }))),
		read(signal) {
			const reader = makeReader(clock);
			const leave = (): void => {
				readers.delete(reader);
				signal.removeEventListener('abort', leave);
				reader.room.freed();
				reader.wake();
			};
			readers.add(reader); // from the call on, not from the first read
			signal.addEventListener('abort', leave);
			if (signal.aborted) leave();
			return drain(reader, signal, leave);
		},
	};
}

const ignore = (): void => undefined;

function makeReader(clock: Clock): Reader {
	const buffer = new LineBuffer({ limitBytes, encode: encodeLocalLine });
	const room = createRoom({
		clock,
		isTight: () => buffer.fill >= 0.6,
		isEased: () => buffer.fill < 0.4,
	});
	return { buffer, room, wake: ignore };
}

async function* drain(
	reader: Reader,
	signal: AbortSignal,
	leave: () => void,
): AsyncGenerator<string> {
	try {
		if (!signal.aborted) yield greeting;
		while (!signal.aborted) {
			const piece = reader.buffer.take(pieceBytes);
			reader.room.freed();
			if (piece !== undefined) yield piece.text;
			else await new Promise<void>((resolve) => (reader.wake = resolve));
		}
	} finally {
		leave();
	}
}
