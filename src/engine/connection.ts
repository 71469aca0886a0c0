import type Docker from 'dockerode';
import { createDeadline } from '../kit/deadline.ts';
import { createClient, type EngineAddress } from './client.ts';
import { toEngineError, unavailable } from './errors.ts';
import { underLimit } from './limits.ts';

type Call<T> = (docker: Docker, abortSignal: AbortSignal) => Promise<T>;

/** dockerode with limits: calls end, streams close, failures are the port's. */
export interface EngineConnection {
	/**
	 * One answer of the engine.
	 * @param limitMs - ENGINE_UNAVAILABLE after this many milliseconds; default 60 000
	 */
	readonly call: <T>(signal: AbortSignal, work: Call<T>, limitMs?: number) => Promise<T>;
	/**
	 * The chunks of a streamed answer. Ends without an error when the signal fires; the request is closed when the reader
	 * leaves. Throws ENGINE_UNAVAILABLE when the connection breaks.
	 */
	readonly stream: (signal: AbortSignal, options: StreamOptions) => AsyncGenerator<Buffer>;
	/** Closes connections that lie idle; calls after it open new ones. */
	readonly close: () => void;
}

export interface StreamOptions {
	readonly open: Call<NodeJS.ReadableStream>;
	/** Called when the engine has accepted the request. */
	readonly onOpen?: (() => void) | undefined;
	/**
	 * For an answer in very many pieces: it takes little work to read, but that it is cut short does not show. Default
	 * false.
	 */
	readonly isPlain?: boolean | undefined;
	/** ENGINE_UNAVAILABLE when no byte comes for so long; default never. */
	readonly silenceMs?: number | undefined;
}

/** Longest wait for a plain answer. */
const callLimitMs = 60_000;

export function createConnection(address: EngineAddress): EngineConnection {
	const client = createClient(address);
	return {
		close: client.close,
		async call(signal, work, limitMs = callLimitMs) {
			try {
				return await underLimit(signal, limitMs, async (abortSignal) =>
					work(await client.get(), abortSignal),
				);
			} catch (err) {
				client.noteFailure(err);
				throw err;
			}
		},
		async *stream(signal, { open, onOpen, isPlain = false, silenceMs = Infinity }) {
			if (signal.aborted) return;
			const life = createDeadline(signal, silenceMs);
			try {
				const docker = isPlain ? client.getPlain() : client.get();
				const opening = docker.then((one) => open(one, life.signal));
				const readable = await life.race(opening);
				onOpen?.();
				for await (const chunk of readable) {
					life.restart();
					yield chunk as Buffer;
				}
			} catch (err) {
				if (life.isExpired) throw unavailable(`no word for ${silenceMs / 1000} s`, err);
				if (life.signal.aborted) return;
				const failure = toEngineError(err);
				client.noteFailure(failure);
				throw failure;
			} finally {
				life.end();
			}
		},
	};
}
