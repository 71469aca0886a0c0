import type { RequestHandler, Response } from 'express';
import { refuseJson } from './answer.ts';
import type { Caller } from './auth.ts';
import { marksOf } from './request-witness.ts';
import type { Route } from './route.ts';
import { sendStream, sendWhole } from './send.ts';
import { uploadOf } from './upload.ts';

const nobody: Caller = { reaches: () => false, may: () => false };

/** Runs a route for a request, for the caller in `response.locals.caller`; what it throws goes to the error mapper. */
export function createHandler(route: Route): RequestHandler {
	return async (request, response) => {
		const caller = (response.locals.caller as Caller | undefined) ?? nobody;
		const marks = Object.assign(marksOf(response), { route, params: request.params, caller });
		checkScope(route, caller);
		const gone = goneOf(response);
		const answer = await route.run({
			params: request.params,
			query: request.query,
			body: request.body as unknown,
			caller,
			header: (name) => request.get(name),
			upload: uploadOf(request, route.uploads),
			get signal() {
				return gone().signal;
			},
		});
		marks.isStream = answer.kind === 'stream';
		if (answer.kind === 'stream') await sendStream(response, answer, gone());
		else sendWhole(response, answer);
	};
}

/** @returns what is aborted when the response is over; made when it is first asked for: most handlers never wait */
function goneOf(response: Response): () => AbortController {
	let gone: AbortController | undefined;
	return () => {
		if (gone !== undefined) return gone;
		const made = new AbortController();
		gone = made;
		if (response.closed) made.abort();
		else response.once('close', () => made.abort());
		return made;
	};
}

/** @throws 401 for a key that lacks the scope of the route */
function checkScope({ access }: Route, caller: Caller): void {
	if (access === 'open' || access === 'key' || caller.may(access)) return;
	throw refuseJson('UNAUTHORIZED', `Unauthorized: this needs a key with the scope ${access}`);
}
