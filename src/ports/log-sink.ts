import type { LogLine } from '../model/log-line.ts';

/** Takes lines; never blocks and never throws: what does not fit is dropped and counted. */
export interface LogSink {
	write(line: LogLine): void;
	/**
	 * For whoever writes many lines at a time, to be asked between pieces of some dozens of kilobytes.
	 * @returns undefined to go on at once; else a promise that resolves when there is room again, or after a moment all
	 *   the same: nobody waits for a sink that stands still. Does not reject.
	 */
	room?(): Promise<void> | undefined;
	/**
	 * Resolves when every line written so far, unless it was dropped, is sent or on the disk, so that it need not be read
	 * again after a crash; or when nothing more can be done for it. Does not reject.
	 */
	secure?(): Promise<void>;
}

/** Room in all of them; see {@link LogSink.room}. */
export function roomIn(sinks: readonly LogSink[]): Promise<void> | undefined {
	const waits = sinks.flatMap((sink) => sink.room?.() ?? []);
	return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
}

/** Writes to all of them, as cheaply as can be: there may be tens of thousands of lines a second. */
export function passOn(line: LogLine, sinks: readonly LogSink[]): void {
	for (let at = 0; at < sinks.length; at++) sinks[at]?.write(line);
}
