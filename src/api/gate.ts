import type { Request, RequestHandler } from 'express';
import type { Clock } from '../kit/clock.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { refuseText } from './answer.ts';
import { authenticate, readKey, type AuthDeps, type Caller, type Credentials } from './auth.ts';
import { suspicionOf } from './foreign-page.ts';
import { createWrongKeys, type WrongKeys } from './wrong-keys.ts';

/** Lets pass whoever may call: afterwards the caller is in `response.locals.caller`. */
export function createGate(deps: AuthDeps, clock: Pick<Clock, 'monotonicMs'>): RequestHandler {
	const wrongKeys = createWrongKeys(clock);
	return async (request, response, next) => {
		response.locals.caller = await callerOf(request, deps, wrongKeys);
		next();
	};
}

/** @throws 401 without a known key, 429 after too many wrong ones, 421 for a page that goes by a name of its own */
async function callerOf(request: Request, deps: AuthDeps, wrongKeys: WrongKeys): Promise<Caller> {
	const { query, headers } = request;
	const credentials = { query, authorization: headers.authorization };
	const caller = await told(() => authenticate(credentials, deps));
	if (caller === undefined) throw refusalOf(request, credentials, wrongKeys);
	if (deps.isOpen()) await checkPage(request, credentials, deps);
	return caller;
}

/** A page of another site knows no key: only where none is needed has it to be kept out. */
async function checkPage(
	{ headers }: Request,
	credentials: Credentials,
	{ keys }: AuthDeps,
): Promise<void> {
	const suspicion = suspicionOf(headers);
	if (suspicion === undefined) return;
	const key = readKey(credentials);
	if (key !== undefined && (await told(() => keys.findApiKey(key))) !== undefined) return;
	throw suspicion === 'host'
		? refuseText('FOREIGN_HOST', 'The name in the Host header is not one of this device')
		: refuseText('UNAUTHORIZED', 'Unauthorized: a web page of another origin asks');
}

function refusalOf(request: Request, credentials: Credentials, wrongKeys: WrongKeys): Error {
	const key = readKey(credentials);
	const address = request.socket.remoteAddress ?? '';
	const retryAfterMs = key === undefined ? 0 : wrongKeys.count(address, key);
	return retryAfterMs === 0
		? refuseText('UNAUTHORIZED', 'Unauthorized')
		: new SupervisorError('Too many wrong keys', { code: 'TOO_MANY_WRONG_KEYS', retryAfterMs });
}

/** @throws 503 with the text that stands for it in the interface, when the keys cannot be read */
async function told<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (err) {
		throw refuseText('STORE_FAILED', `Unexpected error: ${messageOf(err)}`);
	}
}
