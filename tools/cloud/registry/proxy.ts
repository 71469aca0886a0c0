import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import express, { type Express, type Request, type Response } from 'express';
import type { AppDeps } from '../app.ts';
import { createErrorHandler } from '../error-handler.ts';
import { createTokenRoutes } from '../routes/token.ts';

/**
 * The realm of the registry's challenge is this very server under the name the caller used, so that the same registry
 * serves devices on their network and the developer's engine on 127.0.0.1.
 */
export function toChallenge(challenge: string, host: string): string {
	return challenge.replace(/realm="[^"]*"/, `realm="http://${host}/auth/v1/token"`);
}

function toHeaders({ headers }: IncomingMessage, host: string): IncomingHttpHeaders {
	const challenge = headers['www-authenticate'];
	if (challenge === undefined) return headers;
	return { ...headers, 'www-authenticate': toChallenge(challenge, host) };
}

function createForwarder(upstreamPort: number, signal: AbortSignal) {
	const agent = new Agent({ keepAlive: true });
	signal.addEventListener(
		'abort',
		() => {
			agent.destroy();
		},
		{ once: true },
	);
	return (req: Request, res: Response): void => {
		const { method, originalUrl, headers } = req;
		const target = { host: '127.0.0.1', port: upstreamPort, path: originalUrl };
		const upstream = request({ ...target, agent, method, headers }, (answer) => {
			res.writeHead(answer.statusCode ?? 502, toHeaders(answer, req.get('host') ?? ''));
			pipeline(answer, res, () => undefined);
		});
		upstream.once('error', () => {
			if (res.headersSent) res.destroy();
			else res.status(502).json({ errors: [{ code: 'UNAVAILABLE', message: 'registry down' }] });
		});
		res.once('close', () => upstream.destroy());
		req.pipe(upstream);
	};
}

/** What engines see of the registry: its token realm, and behind it docker-registry on `upstreamPort` of 127.0.0.1. */
export function createRegistryApp(
	{ context, faults, journal, onError }: AppDeps,
	upstreamPort: number,
): Express {
	const app = express();
	app.disable('x-powered-by');
	app.use(journal.handler, faults.handler);
	app.use(createTokenRoutes(context));
	app.use(createForwarder(upstreamPort, context.signal));
	app.use(createErrorHandler(onError));
	return app;
}
