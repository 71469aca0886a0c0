import { TypedError } from 'typed-error';

/** The cloud could not be reached, or refused. */
export class CloudClientError extends TypedError {
	/** HTTP status; undefined when there was no answer. */
	readonly status: number | undefined;

	constructor(message: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
		super(message);
		this.status = status;
		this.cause = cause; // typed-error drops it
	}
}

export interface ClientOptions {
	/** Base address of the cloud. */
	url: string;
	userKey: string;
	/** Limit for each call but log streams, default 60 000. */
	timeoutMs?: number;
}

export interface Call {
	method?: string;
	path: string;
	body?: unknown;
	signal?: AbortSignal;
}

export type Send = (call: Call) => Promise<Response>;

export function createSend({ url, userKey, timeoutMs = 60_000 }: ClientOptions): Send {
	return async ({ method = 'GET', path, body, signal = AbortSignal.timeout(timeoutMs) }) => {
		const response = await fetch(`${url}${path}`, {
			method,
			signal,
			headers: { authorization: `Bearer ${userKey}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		}).catch((cause: unknown) => {
			throw new CloudClientError(`the cloud at ${url} does not answer`, { cause });
		});
		return response;
	};
}

async function readError(response: Response): Promise<CloudClientError> {
	const text = await response.text();
	const { status } = response;
	return new CloudClientError(`the cloud answered ${status}: ${text || 'no reason'}`, { status });
}

/** @throws {CloudClientError} when the cloud refused */
export async function expectOk(response: Response): Promise<Response> {
	if (!response.ok) throw await readError(response);
	return response;
}
