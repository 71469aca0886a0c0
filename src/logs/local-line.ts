import type { LocalLogLine, LogLine } from '../model/log-line.ts';

const first: LocalLogLine = { message: 'Streaming logs', isSystem: true };

/** What a reader of the local stream is given before all else. */
export const greeting = `${JSON.stringify(first)}\n`;

/** A line as readers of the local API get it, with its line feed. */
export function encodeLocalLine(line: LogLine): string {
	return `${JSON.stringify(toLocalLogLine(line))}\n`;
}

export function toLocalLogLine(line: LogLine): LocalLogLine {
	const { message, timestampMs: timestamp, isSystem, isStdErr, serviceId, serviceName } = line;
	return {
		...(serviceName === undefined ? {} : { serviceName }),
		message,
		...(isSystem ? { isSystem } : {}),
		...(isSystem && !isStdErr ? {} : { isStdErr }),
		timestamp,
		...(serviceId === undefined ? {} : { serviceId }),
	};
}
