import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import { createDialer, type Dialer } from './dialer.ts';
import { exchange, type RawResponse } from './exchange.ts';
import { hostOf, unreachableText } from './network-failure.ts';
import { createPatience } from './patience.ts';
import { parseRetryAfter } from './retry-after.ts';
import { isFromPortal, portalHint } from './web-page.ts';

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
	 * @throws {SupervisorError} CLOUD_UNREACHABLE without an answer, or with one of a captive portal; CLOUD_REFUSED when the
	 *   answer breaks off, does not come to an end or is larger than 32 MiB; the signal's reason when aborted
	 */
	send(request: HttpRequest): Promise<HttpAnswer>;
	/** Closes idle connections. */
	close(): void;
}

export interface HttpClientDeps {
	/** Asked for each request, as the host's facts may not be known at start. */
	readonly userAgent: () => Promise<string>;
	/** `apiRequestTimeout`, in milliseconds; see createPatience. Default 59 000. */
	readonly timeoutMs?: (() => number) | undefined;
	/** Default: straight ahead. */
	readonly dialer?: Dialer | undefined;
	readonly clock: Clock;
}

const largestAnswerBytes = 32 * 1024 * 1024;

/** Connections are kept open and shared by all requests of this client. */
export function createHttpClient({
	userAgent,
	timeoutMs = () => 59_000,
	dialer = createDialer(),
	clock,
}: HttpClientDeps): HttpClient {
	const patience = createPatience(timeoutMs);
	return {
		async send(request) {
			request.signal.throwIfAborted();
			const { method, url, key, headers, body, signal } = request;
			const [agent, agentName] = await Promise.all([dialer.sharedAgent(url), userAgent()]);
			const options = {
				...constants,
				...{ method, url, agent },
				timeout: patience.silenceMs(),
				headers: {
					'User-Agent': agentName,
					...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
					...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
					...headers,
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			};
			// The library is loaded with the first request: it is not needed to start.
			const { default: start } = await import('request-promise');
			const response = await exchange(() => start(options), {
				...{ url, patience, signal, largestBytes: largestAnswerBytes },
				proxyHost: proxyHostOf(dialer.proxyFor(url)),
				now: () => clock.now(),
				monotonicMs: () => clock.monotonicMs(),
			});
			const answer = toAnswer(response, { url, nowMs: clock.now().getTime() });
			if (isFromPortal(url, answer)) throw portalError(url, answer);
			return answer;
		},
		close: () => dialer.close(),
	};
}

const constants = {
	simple: false,
	resolveWithFullResponse: true,
	gzip: true,
	followRedirect: false, // a redirect could carry the device key to another host
	proxy: null, // the agent knows
};

function proxyHostOf(proxy: string | undefined): string | undefined {
	return proxy === undefined ? undefined : hostOf(proxy);
}

function portalError(url: string, { status, headers }: HttpAnswer): SupervisorError {
	const location = headers['location'];
	const seen =
		location === undefined
			? `a web page came instead of an answer (status ${status}); ${portalHint}`
			: `the answer points to ${location}; ${portalHint}, or apiEndpoint in config.json is out of date`;
	return new SupervisorError(unreachableText(url, seen), { code: 'CLOUD_UNREACHABLE' });
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
