import type { Options } from 'request-promise';
import type { Clock } from '../kit/clock.ts';
import { abortReason, SupervisorError } from '../kit/errors.ts';
import { trusting } from './authorities.ts';
import { hostOf, toNetworkFailure } from './network-failure.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface HttpRequest {
	readonly method: 'GET' | 'POST' | 'PATCH';
	/** Absolute, http or https. */
	readonly url: string;
	/** Sent as `Authorization: Bearer`. */
	readonly key?: string | undefined;
	readonly headers?: Readonly<Record<string, string>> | undefined;
	/** Sent as JSON. */
	readonly body?: unknown;
	readonly signal: AbortSignal;
}

/** Any answer, whatever its status. */
export interface HttpAnswer {
	/** Host that answered, for messages. */
	readonly host: string;
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly text: string;
	/** From `Retry-After`. */
	readonly retryAfterMs: number | undefined;
}

/** The one HTTP client of the product. */
export interface HttpClient {
	/**
	 * @throws {SupervisorError} CLOUD_UNREACHABLE without an answer, CLOUD_REFUSED when the answer breaks off or is larger
	 *   than 32 MiB; the signal's reason when aborted
	 */
	send(request: HttpRequest): Promise<HttpAnswer>;
	/** Closes idle connections. */
	close(): void;
}

export interface HttpClientDeps {
	/** Asked for each request, as the host's facts may not be known at start. */
	readonly userAgent: () => Promise<string>;
	/** Longest silence while connecting and while waiting for data, in milliseconds; default 59 000. */
	readonly timeoutMs?: (() => number) | undefined;
	/** A further certificate authority (config.json's balenaRootCA, decoded), in PEM form. */
	readonly rootCa?: string | undefined;
	readonly clock: Clock;
}

const largestAnswerBytes = 32 * 1024 * 1024;
/** Two addresses of one host are tried one after the other; a slow mobile network needs this long for the first. */
const addressAttemptMs = 5000;

/**
 * Connections are not kept for longer than this without a request, in milliseconds: on the way somebody may have forgotten
 * them, and the next request would wait in vain.
 */
const idleConnectionMs = 60_000;

/** Connections are kept open and shared by all requests of this client. */
export function createHttpClient({
	userAgent,
	timeoutMs = () => 59_000,
	rootCa,
	clock,
}: HttpClientDeps): HttpClient {
	const pool: Record<string, { destroy(): void }> = {};
	const shared = {
		simple: false,
		resolveWithFullResponse: true,
		gzip: true,
		forever: true,
		pool,
		agentOptions: {
			autoSelectFamilyAttemptTimeout: addressAttemptMs,
			timeout: idleConnectionMs,
		},
		followRedirect: false, // a redirect could carry the device key to another host
		...trusting(rootCa),
	};
	return {
		async send(request) {
			request.signal.throwIfAborted();
			const { method, url, key, headers, body } = request;
			const options = {
				...shared,
				method,
				url,
				timeout: timeoutMs(),
				headers: {
					'User-Agent': await userAgent(),
					...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
					...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
					...headers,
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			};
			return await exchange(options, { request, clock });
		},
		close() {
			for (const agent of Object.values(pool)) agent.destroy();
		},
	};
}

interface Exchange {
	readonly request: HttpRequest;
	readonly clock: Clock;
}

/** The library is loaded with the first request: it is not needed to start. */
async function exchange(
	options: Options & { url: string },
	{ request: { signal, url }, clock }: Exchange,
): Promise<HttpAnswer> {
	const { default: send } = await import('request-promise');
	const onStop = new AbortController();
	return await new Promise<HttpAnswer>((resolve, reject) => {
		const pending = send(options);
		const stop = (err: Error): void => {
			pending.abort();
			reject(err);
		};
		signal.addEventListener('abort', () => stop(abortReason(signal)), { signal: onStop.signal });
		let sizeBytes = 0;
		pending.on('data', (chunk: Buffer | string) => {
			sizeBytes += chunk.length;
			if (sizeBytes > largestAnswerBytes) stop(brokenAnswer(url, 'is too large'));
		});
		pending.then(
			(response: RawResponse) => {
				if (response.complete) resolve(toAnswer(response, { url, nowMs: clock.now().getTime() }));
				else reject(brokenAnswer(url, 'broke off'));
			},
			(err: unknown) => reject(toNetworkFailure(err, url)),
		);
	}).finally(() => onStop.abort());
}

interface RawResponse {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: unknown;
	/** False when the connection ended before the answer did. */
	readonly complete: boolean;
}

function toAnswer(
	{ statusCode, headers, body }: RawResponse,
	{ url, nowMs }: { url: string; nowMs: number },
): HttpAnswer {
	const plain = Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : value,
		]),
	);
	return {
		host: hostOf(url),
		status: statusCode,
		headers: plain,
		text: typeof body === 'string' ? body : '',
		retryAfterMs: parseRetryAfter(plain, nowMs),
	};
}

function brokenAnswer(url: string, what: string): SupervisorError {
	return new SupervisorError(`The answer of the cloud API at ${hostOf(url)} ${what}`, {
		code: 'CLOUD_REFUSED',
	});
}

/** `Supervisor/20.0.0 (Linux; Debian GNU/Linux 12; prod)`; what is not known is left out. */
export function userAgentOf(facts: {
	readonly version: string;
	readonly osVersion?: string | undefined;
	readonly osVariant?: string | undefined;
}): string {
	const details = [facts.osVersion, facts.osVariant].filter((text) => text !== undefined);
	const base = `Supervisor/${facts.version}`;
	if (facts.osVersion === undefined) return base;
	// header values carry printable ASCII only
	return `${base} (Linux; ${details.join('; ')})`.replace(/[^\x20-\x7e]/g, '?');
}
