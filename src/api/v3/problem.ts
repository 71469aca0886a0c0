import { errorCodes, type ErrorCode } from '../../kit/error-codes.ts';
import { messageOf, SupervisorError, UpdatesLockedError } from '../../kit/errors.ts';
import type { Problem } from '../../model/v3/problem.ts';
import type { WholeAnswer } from '../answer.ts';

/** True for a request whose failures are told as problem documents. */
export function isV3Path(path: string): boolean {
	return /^\/v3(\/|\?|$)/i.test(path);
}

/** @returns what the error mapper answers under `/v3` for anything that was thrown */
export function problemAnswer(err: unknown, url: string): WholeAnswer {
	const problem = toProblem(err, url);
	const contentType = 'application/problem+json';
	return { kind: 'json', status: problem.status, json: problem, contentType };
}

export function toProblem(err: unknown, url: string): Problem {
	const code: ErrorCode = err instanceof SupervisorError ? err.code : 'INTERNAL';
	return {
		type: `/v3/errors#${code}`,
		title: errorCodes[code].doc,
		status: errorCodes[code].status,
		detail: messageOf(err),
		code,
		instance: url.replace(/\?.*/s, ''), // a query may hold a key
		retry: err instanceof SupervisorError ? err.retry : 'never',
		...(err instanceof UpdatesLockedError && err.lock ? { lock: lockOf(err.lock) } : {}),
	};
}

function lockOf({
	path,
	serviceName,
	ownerUid,
	since,
}: NonNullable<UpdatesLockedError['lock']>): NonNullable<Problem['lock']> {
	return { path, serviceName, ownerUid, since: new Date(since).toISOString() };
}

export function noSuchEndpoint({
	method,
	originalUrl,
}: {
	readonly method: string;
	readonly originalUrl: string;
}): SupervisorError {
	const path = originalUrl.replace(/\?.*/s, '');
	return new SupervisorError(`There is no ${method} ${path}`, {
		code: 'NO_SUCH_ENDPOINT',
		retry: 'never',
	});
}
