import type { LogLine } from '../model/log-line.ts';

/** Longest message the cloud shows, in characters; longer ones are cut and end in the mark. */
export const longestMessage = 10_000;
const cutMark = '[...]';

/** One line of the stream (contract 2.4), with its line feed; flags that are false are left out. */
export function encodeLogLine(line: LogLine): string {
	const { message, timestampMs, isSystem, isStdErr, serviceId } = line;
	const text =
		message.length > longestMessage
			? `${message.slice(0, longestMessage - cutMark.length)}${cutMark}`
			: message;
	// put together by hand, as it is done for each line of a flood
	const flags = `${isSystem ? ',"isSystem":true' : ''}${isStdErr ? ',"isStdErr":true' : ''}`;
	const service = serviceId === undefined ? '' : `,"serviceId":${serviceId}`;
	return `{"message":${JSON.stringify(text)},"timestamp":${timestampMs}${flags}${service}}\n`;
}
