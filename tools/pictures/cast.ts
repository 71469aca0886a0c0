import { z } from 'zod';

/** The first line of an asciicast (version 2). */
const Header = z.object({
	version: z.literal(2),
	width: z.int().positive(),
	height: z.int().positive(),
	idle_time_limit: z.number().positive(),
});
const Event = z.tuple([z.number(), z.literal('o'), z.string()]);

/** A recorded terminal. */
export interface Cast {
	readonly width: number;
	readonly height: number;
	/** What was written, in order; seconds since the start, without the part of pauses that is too long. */
	readonly writes: readonly { readonly at: number; readonly text: string }[];
}

/** @throws {Error} when the text is no asciicast of version 2 with a limit for pauses */
export function parseCast(text: string): Cast {
	const [first = '', ...lines] = text.trimEnd().split('\n');
	const { width, height, idle_time_limit: limit } = Header.parse(JSON.parse(first));
	const events = lines.map((line) => Event.parse(JSON.parse(line)));
	const clock = { recorded: 0, played: 0 };
	const writes = events.map(([recorded, , written]) => {
		clock.played += Math.min(limit, recorded - clock.recorded);
		clock.recorded = recorded;
		return { at: clock.played, text: written };
	});
	return { width, height, writes };
}

export interface Recorded {
	/** What `script --log-out` wrote. */
	readonly output: Buffer;
	/** What `script --log-timing` wrote: on each line the seconds since the last, and how many bytes came then. */
	readonly timing: string;
}

export interface CastOptions {
	readonly width: number;
	readonly height: number;
	/** In seconds. */
	readonly idleTimeLimit: number;
}

/** @returns the text of an asciicast */
export function toCast({ output, timing }: Recorded, options: CastOptions): string {
	const { width, height, idleTimeLimit } = options;
	const header = { version: 2, width, height, idle_time_limit: idleTimeLimit };
	const decoder = new TextDecoder(); // a character may be cut in two
	const at = { byte: output.indexOf('\n') + 1, second: 0 }; // the first line tells of the recording
	const events = timing
		.trimEnd()
		.split('\n')
		.map((line) => {
			const [seconds = 0, bytes = 0] = line.split(' ').map(Number);
			const piece = output.subarray(at.byte, at.byte + bytes);
			at.byte += bytes;
			at.second += seconds;
			return [Number(at.second.toFixed(3)), 'o', decoder.decode(piece, { stream: true })];
		});
	return `${[header, ...events].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
