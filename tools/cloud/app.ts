import express, { type Express } from 'express';
import type { CloudContext } from './context.ts';
import type { Faults } from './dev/faults.ts';
import type { Journal } from './dev/journal.ts';
import { createErrorHandler } from './error-handler.ts';
import { requireUser } from './identify.ts';
import { createConnectivityRoutes } from './routes/connectivity.ts';
import { createDeltaRoutes } from './routes/deltas.ts';
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
		createDeltaRoutes(context),
		createUserFleetRoutes(context),
		createUserDeviceRoutes(context),
		createUserControlRoutes(context),
		createUserTestRoutes({ faults, journal }),
	);
	app.use(createErrorHandler(onError));
	return app;
}
