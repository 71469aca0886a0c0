import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestPromise } from 'request-promise';
import { createDeadline, type Deadline } from '../kit/deadline.ts';
import { abortReason, SupervisorError } from '../kit/errors.ts';
import { watchCertificates, type CertificateDates } from './certificate-dates.ts';
import { hostOf, toNetworkFailure, unreachableText, type FailureFacts } from './network-failure.ts';
import type { Patience } from './patience.ts';

export interface RawResponse {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: unknown;
	/** False when the connection ended before the answer did. */
	readonly complete: boolean;
}

export interface ExchangeOptions {
	readonly url: string;
	/** Of a proxy in between, without its password. */
	readonly proxyHost: string | undefined;
	readonly patience: Patience;
	readonly largestBytes: number;
	/** Wall time. */
	readonly now: () => Date;
	readonly monotonicMs: () => number;
	readonly signal: AbortSignal;
}

/**
 * Sees a request through to the end of its answer.
 * @param start - sends it; called at once
 * @throws {SupervisorError} CLOUD_UNREACHABLE, CLOUD_REFUSED; the signal's reason when aborted
 */
export async function exchange(
	start: () => RequestPromise,
	options: ExchangeOptions,
): Promise<RawResponse> {
	options.signal.throwIfAborted();
	const running = new Exchange(options);
	try {
		return await running.run(start());
	} finally {
		running.end();
	}
}

class Exchange {
	readonly #options: ExchangeOptions;
	readonly #host: string;
	readonly #connecting: Deadline;
	readonly #whole: Deadline;
	readonly #startedMs: number;
	#certificates: readonly CertificateDates[] = [];
	#sizeBytes = 0;

	constructor(options: ExchangeOptions) {
		this.#options = options;
		const { url, patience, signal, monotonicMs } = options;
		this.#host = hostOf(url);
		this.#connecting = createDeadline(signal, patience.connectMs(this.#host));
		this.#whole = createDeadline(signal, patience.wholeMs());
		this.#startedMs = monotonicMs();
	}

	async run(pending: RequestPromise): Promise<RawResponse> {
		const { url, largestBytes, signal } = this.#options;
		return await new Promise<RawResponse>((resolve, reject) => {
			const stop = (err: Error): void => {
				pending.abort();
				reject(err);
			};
			pending.on('request', (request: ClientRequest) => this.#watch(request, stop));
			pending.on('data', (chunk: Buffer | string) => {
				this.#sizeBytes += chunk.length;
				if (this.#sizeBytes > largestBytes) stop(brokenAnswer(url, 'is too large'));
			});
			this.#connecting.signal.addEventListener('abort', () => {
				stop(this.#connecting.isExpired ? this.#notConnected() : abortReason(signal));
			});
			this.#whole.signal.addEventListener('abort', () => {
				stop(
					this.#whole.isExpired
						? brokenAnswer(url, 'does not come to an end')
						: abortReason(signal),
				);
			});
			pending.then(
				(response: RawResponse) => {
					if (response.complete) resolve(response);
					else reject(brokenAnswer(url, 'broke off'));
				},
				(err: unknown) => reject(toNetworkFailure(err, url, this.#facts())),
			);
		});
	}

	end(): void {
		this.#connecting.end();
		this.#whole.end();
	}

	#facts(): FailureFacts {
		const { now, proxyHost } = this.#options;
		return { certificates: this.#certificates, now: now(), proxyHost };
	}

	#watch(request: ClientRequest, stop: (err: Error) => void): void {
		request.once('proxyConnect', ({ statusCode = 200 }: { statusCode?: number }) => {
			if (statusCode !== 200) stop(this.#noWayThrough(statusCode));
		});
		request.once('socket', (socket: Socket) => {
			if (request.reusedSocket || isReady(socket)) {
				this.#connecting.end();
				return;
			}
			watchCertificates(socket, (chain) => void (this.#certificates = chain));
			socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => this.#connected());
		});
	}

	#connected(): void {
		const { patience, monotonicMs } = this.#options;
		patience.connected(this.#host, monotonicMs() - this.#startedMs);
		this.#connecting.end();
	}

	#notConnected(): SupervisorError {
		const { url, patience } = this.#options;
		const seconds = Math.ceil(patience.connectMs(this.#host) / 1000);
		patience.missed(this.#host);
		return unreachable(url, `no connection came about within ${seconds} s`);
	}

	#noWayThrough(statusCode: number): SupervisorError {
		const { url, proxyHost = '' } = this.#options;
		const wish = statusCode === 407 ? ', it wants a user and a password in its address' : '';
		return unreachable(
			url,
			`the proxy ${proxyHost} does not let it through (status ${statusCode}${wish})`,
		);
	}
}

/** A plain connection that somebody else has opened, as to a proxy. */
function isReady(socket: Socket): boolean {
	return !socket.connecting && !('encrypted' in socket);
}

function unreachable(url: string, reason: string): SupervisorError {
	return new SupervisorError(unreachableText(url, reason), { code: 'CLOUD_UNREACHABLE' });
}

function brokenAnswer(url: string, what: string): SupervisorError {
	return new SupervisorError(`The answer of the cloud API at ${hostOf(url)} ${what}`, {
		code: 'CLOUD_REFUSED',
	});
}
