import { linesOf } from '../kit/text-lines.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { refusalOf, shorten } from './errors.ts';
import { parseJsonObject } from './lines.ts';
import { sendArchive } from './send-archive.ts';

/** A large archive on a slow card, in milliseconds. */
const longestMs = 6 * 3_600_000;

/** The engine reports failures inside an answer with status 200. */
interface RawLoadLine {
	readonly error?: string | undefined;
	readonly errorDetail?: { readonly message?: string | undefined } | undefined;
}

/** The engine unpacks the whole archive before it takes an image from it, so that half of one changes nothing. */
export function createLoadCalls({ call }: EngineConnection): Pick<ContainerEngine, 'loadImages'> {
	return {
		loadImages: (archive, signal) =>
			call(
				signal,
				(docker, abortSignal) =>
					sendArchive(archive, abortSignal, async (source) => {
						const options = { quiet: true, abortSignal };
						await checkLoad(await docker.loadImage(source, options));
					}),
				longestMs,
			),
	};
}

/** @throws {SupervisorError} what the engine tells in its answer */
async function checkLoad(answer: NodeJS.ReadableStream): Promise<void> {
	for await (const text of linesOf(answer as AsyncIterable<Uint8Array>)) {
		const line: RawLoadLine = parseJsonObject(text) ?? {};
		const failure = line.errorDetail?.message ?? line.error;
		if (failure !== undefined) throw refusalOf(shorten(failure));
	}
}
