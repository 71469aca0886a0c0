import type { LogLine } from '../model/log-line.ts';
import { roomIn, type LogSink } from '../ports/log-sink.ts';

/** So many lines are passed on between two looks at whether there is room for more. */
const linesAtOnce = 200;

/** Gives lines to the sinks, and waits where one of them asks for it. */
export async function passOn(lines: readonly LogLine[], sinks: readonly LogSink[]): Promise<void> {
	for (let start = 0; start < lines.length; start += linesAtOnce) {
		const room = roomIn(sinks);
		if (room !== undefined) await room;
		const end = Math.min(lines.length, start + linesAtOnce);
		for (let index = start; index < end; index++) {
			const line = lines[index];
			if (line !== undefined) for (const sink of sinks) sink.write(line);
		}
	}
}
