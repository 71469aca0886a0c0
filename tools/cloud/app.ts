import express, { type ErrorRequestHandler, type Express } from 'express';
import { z } from 'zod';
import type { CloudContext } from './context.ts';
import type { Faults } from './dev/faults.ts';
import type { Journal } from './dev/journal.ts';
import { requireUser } from './identify.ts';
import { Refusal } from './refusal.ts';
import { createConnectivityRoutes } from './routes/connectivity.ts';
import { createLogStreamRoutes } from './routes/log-stream.ts';
import { createLogRoutes } from './routes/logs.ts';
import { createODataRoutes } from './routes/odata.ts';
import { createRegisterRoutes } from './routes/register.ts';
import { createReportRoutes } from './routes/report.ts';
import { createStateRoutes } from './routes/state.ts';
import { createTokenRoutes } from './routes/token.ts';
import { createUserControlRoutes, createUserDeviceRoutes } from './routes/user-devices.ts';
import { createUserFleetRoutes } from './routes/user-fleets.ts';
import { createUserTestRoutes } from './routes/user-tests.ts';

export interface AppDeps {
	context: CloudContext;
	faults: Faults;
	journal: Journal;
	/** Hears of failures that are defects of the cloud itself. */
	onError: (err: unknown) => void;
}

const toHtml = (text: string): string =>
	`<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Error</title></head>\n<body><pre>${text}</pre></body>\n</html>\n`;

/** Failures of the body parser: broken JSON 400, too large 413. */
const ParserFailure = z.object({ status: z.number().int().min(400).max(499), type: z.string() });

function createErrorHandler(onError: AppDeps['onError']): ErrorRequestHandler {
	// eslint-disable-next-line max-params -- express knows error handlers by their four parameters
	return (err: unknown, _req, res, next) => {
		if (res.headersSent) {
			next(err);
			return;
		}
		if (err instanceof Refusal) {
			const { status, body, headers } = err;
			res.status(status).set(headers);
			if (body === undefined) res.end();
			else if ('json' in body) res.json(body.json);
			else res.type('html').send(body.html);
			return;
		}
		const failure = ParserFailure.safeParse(err);
		if (!failure.success) onError(err);
		const status = failure.success ? failure.data.status : 500;
		const text = failure.success ? failure.data.type : 'Internal Server Error';
		res.status(status).type('html').send(toHtml(text));
	};
}

/** The cloud API as an express app. */
export function createApp({ context, faults, journal, onError }: AppDeps): Express {
	const app = express();
	app.disable('x-powered-by');
	app.use(journal.handler, faults.handler);
	// Before the body parser, which would wait for the end of a stream that has none.
	app.use(createLogStreamRoutes(context));
	app.use(express.json({ limit: '512kb' }));
	app.use('/dev', async (req, _res, next) => {
		await requireUser(req, context);
		next();
	});
	app.use(
		createConnectivityRoutes(context),
		createRegisterRoutes(context),
		createStateRoutes(context),
		createReportRoutes(context),
		createLogRoutes(context),
		createODataRoutes(context),
		createTokenRoutes(context),
		createUserFleetRoutes(context),
		createUserDeviceRoutes(context),
		createUserControlRoutes(context),
		createUserTestRoutes({ faults, journal }),
	);
	app.use(createErrorHandler(onError));
	return app;
}
