import type { EngineLogLine } from '../ports/container-engine.ts';
import { refusalOf, shorten } from './errors.ts';
import { LineJoiner, type LogParser } from './log-lines.ts';

const headerBytes = 8;
const stderrKind = 2;
/** The engine's own words: why it cannot go on. */
const failureKind = 3;

/** Frames hold one piece of a line each: the engine makes none near this size. */
const longestFrame = 1024 * 1024;

/**
 * Takes the engine's multiplexed stream apart: frames of 8 bytes of header (kind, 0, 0, 0, length as big-endian 32-bit)
 * and their content. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function createFrameParser(): LogParser {
	const joiner = new LineJoiner();
	let bytes: Buffer = Buffer.alloc(0);
	let start = 0;
	return {
		feed(chunk) {
			bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
		},
		take(most) {
			const lines: EngineLogLine[] = [];
			while (bytes.length - start >= headerBytes) {
				if (lines.length >= most) return lines;
				const end = start + headerBytes + lengthOf(bytes, start);
				if (end > bytes.length) break;
				const kind = bytes[start];
				if (kind === failureKind) throw failureOf(bytes.subarray(start + headerBytes, end));
				joiner.add(
					bytes,
					{ start: start + headerBytes, end, isStdErr: kind === stderrKind },
					lines,
				);
				start = end;
			}
			// a copy, so that some bytes do not keep a whole chunk
			bytes = Buffer.from(bytes.subarray(start));
			start = 0;
			return lines;
		},
		end: () => joiner.end(),
	};
}

function lengthOf(bytes: Buffer, start: number): number {
	const length = bytes.readUInt32BE(start + 4);
	if ((bytes[start] ?? 0) > failureKind || length > longestFrame) {
		throw refusalOf('the log stream is damaged');
	}
	return length;
}

const failureOf = (words: Buffer): Error => refusalOf(shorten(words.toString('utf8')));
