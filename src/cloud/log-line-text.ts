import type { LogLine } from '../model/log-line.ts';

/** Longest message the cloud shows, in characters; longer ones are cut and end in the mark. */
export const longestMessage = 10_000;
const cutMark = '[...]';

/**
 * One line of the stream (contract 2.4), with its line feed; flags that are false are left out. A line whose time is no
 * number gets that of the one before. Put together by hand, as it is done for each line of a flood.
 */
export function encodeLogLine(line: LogLine): string {
	const { message } = line;
	const text =
		message.length > longestMessage
			? `${message.slice(0, longestMessage - cutMark.length)}${cutMark}`
			: message;
	return `{"message":${JSON.stringify(text)}${ends.of(line)}`;
}

/** What follows the message; the same for lines of one service and one millisecond. */
class LineEnds {
	#line: Pick<LogLine, 'timestampMs' | 'isSystem' | 'isStdErr' | 'serviceId'> | undefined;
	#end = '';
	#knownMs = 0;

	of(line: LogLine): string {
		const last = this.#line;
		const isSame =
			last?.timestampMs === line.timestampMs &&
			last.serviceId === line.serviceId &&
			last.isStdErr === line.isStdErr &&
			last.isSystem === line.isSystem;
		return isSame ? this.#end : this.#make(line);
	}

	#make({ timestampMs, isSystem, isStdErr, serviceId }: LogLine): string {
		const flags = `${isSystem ? ',"isSystem":true' : ''}${isStdErr ? ',"isStdErr":true' : ''}`;
		const service = serviceId === undefined ? '' : `,"serviceId":${serviceId}`;
		this.#line = { timestampMs, isSystem, isStdErr, serviceId };
		// no number is no JSON: the cloud would refuse the stream, again and again
		if (Number.isFinite(timestampMs)) this.#knownMs = timestampMs;
		this.#end = `,"timestamp":${this.#knownMs}${flags}${service}}\n`;
		return this.#end;
	}
}

const ends = new LineEnds();
