import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { isSuccess, toRefusal } from './answers.ts';
import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { HttpAnswer } from './http.ts';
import { hostOf, toNetworkFailure } from './network-failure.ts';
import type { SocketPorts } from './retransmissions.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface LogConnectionRequest {
	/** Absolute, http or https. */
	readonly url: string;
	readonly key: string;
	readonly userAgent: string;
	/** Makes the connection, which nobody else uses. */
	readonly agent: http.Agent;
	readonly retransmissionsOf: (socket: SocketPorts) => Promise<number | undefined>;
	/** Wall time, to read a `Retry-After` date. */
	readonly nowMs: () => number;
}

/** One request whose body is lines, kept open for as long as there are some. */
export interface LogConnection {
	/** Resolves when the other side can be spoken to; never when the attempt fails before. */
	readonly opened: Promise<void>;
	/** Resolves when the attempt is over: undefined after an answer to the end of the body, else why. Does not reject. */
	readonly ended: Promise<Error | undefined>;
	/** @returns false when nothing more should be written until `drained` */
	write(lines: string | Buffer): boolean;
	/** Resolves when there is room again. */
	drained(): Promise<void>;
	/** Makes what was written visible to the other side. */
	flush(): void;
	/** See retransmissionsOf; undefined while there is no connection. */
	retransmissions(): Promise<number | undefined>;
	/** Ends the body; the answer then ends the attempt. */
	finish(): void;
	destroy(err: Error): void;
}

/** Notices after this many milliseconds that the other side is gone without a word. */
const keepAliveMs = 30_000;
/** Small pieces: a line should not wait for a buffer to fill. */
const chunkBytes = 1024;

/** Opens the request; its headers go out at once. */
export function openLogConnection(request: LogConnectionRequest): LogConnection {
	const { url, key, userAgent, agent } = request;
	const options = {
		method: 'POST',
		agent,
		headers: {
			Authorization: `Bearer ${key}`,
			'Content-Type': 'application/x-ndjson',
			'Content-Encoding': 'gzip',
			'Transfer-Encoding': 'chunked',
			'User-Agent': userAgent,
		},
	};
	const req = url.startsWith('https:') ? https.request(url, options) : http.request(url, options);
	const gzip = createGzip({ chunkSize: chunkBytes });
	const ended = endingOf({ req, gzip }, request).finally(() => {
		gzip.destroy();
		req.destroy();
		agent.destroy();
	});
	gzip.on('error', (err) => req.destroy(err));
	gzip.pipe(req);
	// not before: an agent for a proxy writes the first line anew
	req.once('socket', () => req.flushHeaders());
	const retransmissions = (): Promise<number | undefined> =>
		req.socket === null ? Promise.resolve(undefined) : request.retransmissionsOf(req.socket);
	return { ...controlsOf({ req, gzip }), opened: openingOf(req), ended, retransmissions };
}

/** Time for the other side to answer to the end of a stream, in milliseconds. */
const farewellMs = 2000;

/**
 * Waits for the answer, not for long: the supervisor may be about to stop. @returns as `ended`, which it brings about
 */
export async function farewell(
	connection: Pick<LogConnection, 'destroy'>,
	ended: LogConnection['ended'],
	clock: Clock,
): Promise<Error | undefined> {
	const cut = new AbortController();
	const limit = clock.sleep(farewellMs, cut.signal).then(
		() => connection.destroy(new Error('no answer to the end of the stream')),
		() => undefined,
	);
	const failure = await ended;
	cut.abort();
	await limit;
	return failure;
}

interface Body {
	readonly req: http.ClientRequest;
	readonly gzip: Gzip;
}

function controlsOf({
	req,
	gzip,
}: Body): Omit<LogConnection, 'opened' | 'ended' | 'retransmissions'> {
	return {
		write: (lines) => gzip.write(lines),
		async drained() {
			await once(gzip, 'drain');
		},
		flush: () => gzip.flush(constants.Z_SYNC_FLUSH),
		finish: () => gzip.end(),
		destroy: (err) => req.destroy(err),
	};
}

function openingOf(req: http.ClientRequest): Promise<void> {
	return new Promise((resolve) => {
		req.once('socket', (socket: Socket) => {
			socket.setKeepAlive(true, keepAliveMs);
			const isSecure = socket instanceof TLSSocket;
			// one that a proxy was asked for is there already
			if (!isSecure && !socket.connecting) resolve();
			socket.once(isSecure ? 'secureConnect' : 'connect', () => resolve());
		});
	});
}

/** Any answer ends the attempt; only one with a good status after the body's end is an orderly end. */
function endingOf(
	{ req, gzip }: Body,
	{ url, nowMs }: LogConnectionRequest,
): Promise<Error | undefined> {
	return new Promise((resolve) => {
		req.on('error', (err) => resolve(toNetworkFailure(err, url)));
		req.once('close', () => resolve(toNetworkFailure(new Error('the connection was closed'), url)));
		req.once('response', (response) => {
			response.resume();
			const { statusCode = 0, headers } = response;
			const plain = Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [name, String(value)]),
			);
			const answer: HttpAnswer = {
				host: hostOf(url),
				status: statusCode,
				headers: plain,
				text: '',
				retryAfterMs: parseRetryAfter(plain, nowMs()),
			};
			if (!isSuccess(answer)) resolve(toRefusal(answer, 'the log stream'));
			else resolve(gzip.writableEnded ? undefined : tooEarly(answer));
		});
	});
}

/** Whoever answers before the end does not read the lines: a captive portal, say. */
function tooEarly({ host, status }: HttpAnswer): SupervisorError {
	return new SupervisorError(`${host} answered the log stream with ${status} before its end`, {
		code: 'CLOUD_REFUSED',
	});
}
