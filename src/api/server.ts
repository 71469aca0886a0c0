import express, { type ErrorRequestHandler, type Express } from 'express';
import { z, ZodError } from 'zod';
import { systemClock, type Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { SupervisorError, messageOf } from '../kit/errors.ts';
import { answerFor } from './answer.ts';
import type { ApiDeps } from './deps.ts';
import { createGate } from './gate.ts';
import { createAccessLog, setSafeHeaders } from './manners.ts';
import type { Obstacle } from './obstacle.ts';
import { createHandler } from './handler.ts';
import { metricsRoutes } from './metrics.ts';
import { createRequestWatch, marksOf, type RequestWitness } from './request-witness.ts';
import type { Route } from './route.ts';
import { appsV1Routes } from './routes/apps-v1.ts';
import { appsV2Routes } from './routes/apps-v2.ts';
import { deviceRoutes } from './routes/device.ts';
import { hostRoutes } from './routes/host.ts';
import { livenessRoutes } from './routes/liveness.ts';
import { localRoutes } from './routes/local.ts';
import { powerRoutes } from './routes/power.ts';
import { tagRoutes } from './routes/tags.ts';
import { sendWhole } from './send.ts';
import { createShortcuts } from './shortcuts.ts';
import { isV3Path, noSuchEndpoint, problemAnswer } from './v3/problem.ts';
import { pageRoutes, type PageFileSource } from './v3/page.ts';
import { v3Routes } from './v3/routes.ts';

const bodyLimit = '10mb';

/** Every endpoint but `/ping` and the dashboard, in the order they are mounted. */
export function routesOf(deps: ApiDeps): Route[] {
	return [
		...livenessRoutes(deps),
		...powerRoutes(deps),
		...deviceRoutes(deps),
		...hostRoutes(deps),
		...tagRoutes(deps),
		...localRoutes(deps),
		...appsV1Routes(deps),
		...appsV2Routes(deps),
		...metricsRoutes(deps),
		...v3Routes(deps),
	];
}

export interface ApiOptions {
	/** What the endpoints need, once it is there. */
	readonly ready: Promise<ApiDeps>;
	/** Why it is not there yet, when something is wrong: what every request is told meanwhile. */
	readonly obstacle: Pick<Obstacle, 'current' | 'appeared'>;
	readonly log: Logger;
	/** A file of the dashboard by its name; default: there is none. */
	readonly pageFile?: PageFileSource;
	/** Default: the system's. */
	readonly clock?: Pick<Clock, 'monotonicMs'>;
}

type Surroundings = Pick<Required<ApiOptions>, 'log' | 'clock'>;

/**
 * The local API. `/ping` answers from the first moment, and so does the dashboard, which shows what is wrong. Until `ready`, every other request is told the obstacle, or
 * waits until there is one or none can come any more.
 */
export function createApi(options: ApiOptions): Express {
	const { ready, obstacle, log, clock = systemClock, pageFile = nothing } = options;
	const app = express();
	app.disable('x-powered-by');
	app.set('etag', false);
	let witness: RequestWitness | undefined;
	app.use(
		setSafeHeaders,
		createAccessLog(log, clock),
		createRequestWatch(() => witness, clock),
	);
	app.get('/ping', (_request, response) => void response.type('text').send('OK'));
	for (const route of pageRoutes(pageFile)) app[route.method](route.path, createHandler(route));
	const mounted = ready.then((deps) => {
		witness = deps.watch.onRequest;
		return mountRoutes(deps, { log, clock });
	});
	mounted.catch(() => undefined); // each request tells it
	let isReady = false;
	void mounted.then(
		() => (isReady = true),
		() => undefined,
	);
	app.use(async (request, response, next) => {
		if (!isReady) await Promise.race([mounted, obstacle.appeared()]);
		const reason = isReady ? undefined : obstacle.current();
		if (reason !== undefined) throw new SupervisorError(reason, { code: 'CONFIG_INVALID' });
		const { router, shortcutOf } = await mounted;
		const shortcut = shortcutOf(request);
		if (shortcut === undefined) router(request, response, next);
		else await shortcut(request, response);
	});
	app.use(errorMapper(log));
	return app;
}

const nothing: PageFileSource = () => Promise.resolve(undefined);

interface Mounted {
	readonly router: express.Router;
	readonly shortcutOf: ReturnType<typeof createShortcuts>;
}

function mountRoutes(deps: ApiDeps, { log, clock }: Surroundings): Mounted {
	const router = express.Router({ caseSensitive: false });
	const routes = routesOf(deps);
	for (const route of routes.filter(({ access }) => access === 'open')) {
		router[route.method](route.path, createHandler(route));
	}
	const gate = createGate(deps, clock);
	router.use(gate);
	const keyed = routes.filter(({ access }) => access !== 'open');
	for (const route of keyed.filter(({ ignoresBody }) => ignoresBody === true)) {
		router[route.method](route.path, createHandler(route));
	}
	router.use(express.urlencoded({ limit: bodyLimit, extended: true }));
	router.use(express.json({ limit: bodyLimit }));
	for (const route of keyed.filter(({ ignoresBody }) => ignoresBody !== true)) {
		router[route.method](route.path, createHandler(route));
	}
	router.use('/v3', (request) => {
		throw noSuchEndpoint(request);
	});
	router.use(errorMapper(log));
	return { router, shortcutOf: createShortcuts(routes, gate) };
}

function errorMapper(log: Logger): ErrorRequestHandler {
	// eslint-disable-next-line max-params -- express tells an error handler by its four parameters
	return (err: unknown, request, response, next) => {
		const known = asKnown(err);
		marksOf(response).failure = messageOf(known);
		if (!(known instanceof SupervisorError)) {
			log.error({ err: known, method: request.method, path: request.path }, 'request failed');
		}
		const retryAfterMs = known instanceof SupervisorError ? known.retryAfterMs : undefined;
		if (retryAfterMs !== undefined && !response.headersSent) {
			response.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000));
		}
		if (response.headersSent) next(err);
		else if (isV3Path(request.originalUrl)) {
			sendWhole(response, problemAnswer(known, request.originalUrl));
		} else sendWhole(response, answerFor(known));
	};
}

/** Failures of express' body parsers, in our words. */
function asKnown(err: unknown): unknown {
	const type = typeof err === 'object' && err !== null && 'type' in err ? err.type : undefined;
	if (type === 'entity.too.large') {
		return new SupervisorError('The request body is larger than 10 MB', { code: 'BODY_TOO_LARGE' });
	}
	const isMalformed =
		typeof type === 'string' || err instanceof URIError || err instanceof ZodError;
	if (!isMalformed) return err;
	const problem = err instanceof ZodError ? z.prettifyError(err) : messageOf(err);
	const message = `The request is not valid: ${problem}`;
	return new SupervisorError(message, { code: 'BAD_REQUEST', cause: err });
}
