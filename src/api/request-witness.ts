import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../kit/clock.ts';
import type { SeenRequest } from '../report/history-requests.ts';
import type { Caller } from './auth.ts';
import type { Route } from './route.ts';

/** What the handler of a request leaves for those who look at the request when it is over. */
export interface RequestMarks {
	route?: Route;
	params?: unknown;
	caller?: Caller;
	/** Why the request failed. */
	failure?: string;
	/** The answer is endless: how long it took says nothing. */
	isStream?: boolean;
}

/** A request that is over. */
export interface WitnessedRequest extends SeenRequest {
	readonly isStream: boolean;
}

/** Hears of every request when it is over; must not throw. */
export type RequestWitness = (request: WitnessedRequest) => void;

/** The marks of a request; its handler adds to them. */
export function marksOf(response: Response): RequestMarks {
	const known = response.locals.marks as RequestMarks | undefined;
	if (known !== undefined) return known;
	const marks: RequestMarks = {};
	response.locals.marks = marks;
	return marks;
}

/** @param witness - asked when the request is over; undefined: nobody listens yet */
export function createRequestWatch(
	witness: () => RequestWitness | undefined,
	clock: Pick<Clock, 'monotonicMs'>,
): RequestHandler {
	return (request, response, next) => {
		const startedMs = clock.monotonicMs();
		response.once('close', () => {
			const tell = witness();
			if (tell === undefined) return;
			tell(seenIn(request, response, clock.monotonicMs() - startedMs));
		});
		next();
	};
}

function seenIn(request: Request, response: Response, tookMs: number): WitnessedRequest {
	const { route, params, caller, failure, isStream = false } = marksOf(response);
	return {
		method: request.method.toLowerCase(),
		path: route?.path ?? (request.path === '/ping' ? '/ping' : 'none'),
		status: response.statusCode,
		...{ tookMs, params, isStream },
		body: request.body as unknown,
		by: authorOf(caller),
		...(failure === undefined ? {} : { error: failure }),
	};
}

function authorOf(caller: Caller | undefined): SeenRequest['by'] {
	const { holder } = caller ?? {};
	if (holder === undefined) return { kind: 'localApi', scope: 'open' };
	const app = holder.scopes.find((scope) => scope.type === 'app');
	if (app === undefined) return { kind: 'localApi', scope: holder.scopes[0]?.type ?? 'global' };
	const { appId, serviceName } = holder;
	return { kind: 'localApi', scope: 'app', appId, ...(serviceName && { serviceName }) };
}
