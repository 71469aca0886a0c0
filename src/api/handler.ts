import type { RequestHandler } from 'express';
import type { Caller } from './auth.ts';
import type { Route } from './route.ts';
import { send } from './send.ts';

const nobody: Caller = { reaches: () => false };

/** Runs a route for a request, for the caller in `response.locals.caller`; what it throws goes to the error mapper. */
export function createHandler(route: Route): RequestHandler {
	return async (request, response) => {
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const answer = await route.run({
			params: request.params,
			query: request.query,
			body: request.body as unknown,
			caller: (response.locals.caller as Caller | undefined) ?? nobody,
			signal: gone.signal,
		});
		await send(response, answer, gone);
	};
}
