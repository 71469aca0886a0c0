import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { aborted, type Job } from '../kit/job.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';

export interface ListenDeps {
	readonly app: Express;
	readonly port: number;
	/** Address to bind; default all interfaces. */
	readonly host?: string | undefined;
	/** A socket that is silent longer is closed, in milliseconds. */
	readonly timeoutMs: number;
	readonly clock: Clock;
	readonly log: Logger;
}

const retryLimits = { minMs: 500, maxMs: 30_000 };

/** Where to listen. */
export interface ListenPlace {
	readonly host: string;
	readonly port: number;
}

export interface ApiListener extends Job {
	/** Resolves when the first attempt to listen is over, whether it succeeded or the port was taken. */
	readonly attempted: Promise<void>;
	/** From now on the API is served there and nowhere else. Only the first call counts. */
	moveTo(place: ListenPlace): void;
}

/** Serves the local API until the signal fires; waits for a port that is taken instead of failing. */
export function createApiListener(deps: ListenDeps): ApiListener {
	let onAttempt = (): void => undefined;
	const attempted = new Promise<void>((resolve) => (onAttempt = resolve));
	let onMove: (place: ListenPlace) => void = () => undefined;
	const moved = new Promise<ListenPlace>((resolve) => (onMove = resolve));
	return {
		name: 'api',
		attempted,
		moveTo: (place) => {
			onMove(place);
		},
		async run(signal) {
			const stay = linkAbort(signal);
			void moved.then(() => stay.abort());
			await serve({ ...deps, onAttempt }, stay.signal);
			onAttempt(); // where the signal had fired before
			if (!signal.aborted) await serve({ ...deps, ...(await moved), onAttempt }, signal);
		},
	};
}

type ServeDeps = ListenDeps & { readonly onAttempt: () => void };

async function serve(deps: ServeDeps, signal: AbortSignal): Promise<void> {
	const server = createServer(deps.app);
	server.timeout = deps.timeoutMs;
	server.requestTimeout = 0; // a bundle may be long on its way; silence is what ends a request
	await listenPatiently(server, deps, signal);
	await aborted(signal);
	await close(server);
}

async function listenPatiently(
	server: Server,
	deps: ServeDeps,
	signal: AbortSignal,
): Promise<void> {
	const { port, host, clock, log, onAttempt } = deps;
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			await listen(server, deps).finally(onAttempt);
			log.info({ port, host }, 'local api listens');
			return;
		} catch (err) {
			const retryInMs = backoffMs(failures, retryLimits);
			log.error({ err, port, retryInMs }, 'cannot listen on the port of the local api');
			await clock.sleep(retryInMs, signal).catch(() => undefined);
		}
	}
}

function listen(server: Server, { port, host }: ListenDeps): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port, host }, () => {
			server.removeListener('error', reject);
			resolve();
		});
	});
}

/** Running requests get a moment to end. */
function close(server: Server): Promise<void> {
	if (!server.listening) return Promise.resolve();
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
		const timer = globalThis.setTimeout(() => server.closeAllConnections(), 1000);
		timer.unref();
		server.once('close', () => globalThis.clearTimeout(timer));
	});
}
