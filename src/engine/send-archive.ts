import { Readable } from 'node:stream';

/**
 * Hands an archive to a request as a stream. A source that breaks ends the request, which would wait for the rest of it
 * otherwise.
 * @throws what the source throws
 */
export async function sendArchive<T>(
	archive: AsyncIterable<Uint8Array>,
	abortSignal: AbortSignal,
	send: (source: Readable) => Promise<T>,
): Promise<T> {
	const source = Readable.from(archive, { signal: abortSignal, objectMode: false });
	const broken = new Promise<never>((_, reject) => source.once('error', reject));
	try {
		return await Promise.race([send(source), broken]);
	} finally {
		source.destroy();
	}
}
