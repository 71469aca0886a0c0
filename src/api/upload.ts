import type { Request } from 'express';
import { createDeadline } from '../kit/deadline.ts';
import { SupervisorError } from '../kit/errors.ts';

/** Whoever is silent this long in the middle of an upload has gone without a word. */
const silenceMs = 60_000;

const never = new AbortController().signal;

/**
 * The body of a request of one of these media types as it comes, once. Where its reader leaves early, the rest is thrown
 * away, so that the client gets to read why.
 * @returns undefined for another request
 */
export function uploadOf(
	request: Request,
	types: readonly string[] | undefined,
): AsyncIterable<Uint8Array> | undefined {
	if (types === undefined) return undefined;
	const [type = ''] = (request.get('content-type') ?? '').split(';');
	return types.includes(type.trim().toLowerCase()) ? bodyOf(request) : undefined;
}

async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
	const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
	try {
		for (;;) {
			const chunk = await nextOf(chunks);
			if (chunk === undefined) break;
			yield chunk;
		}
		request.socket.setTimeout(0); // what is done with it may take longer than a request
	} finally {
		request.resume();
	}
}

/** @throws {SupervisorError} BAD_REQUEST when the client is gone, or silent */
async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
	const deadline = createDeadline(never, silenceMs);
	try {
		const result = await deadline.race(chunks.next());
		return result.done === true ? undefined : result.value;
	} catch (err) {
		throw new SupervisorError('The request broke off', { code: 'BAD_REQUEST', cause: err });
	} finally {
		deadline.end();
	}
}
