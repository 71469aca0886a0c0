import type { LogLine } from '../model/log-line.ts';

/** Takes lines; never blocks and never throws: what does not fit is dropped and counted. */
export interface LogSink {
	write(line: LogLine): void;
}
