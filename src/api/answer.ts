import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { ErrorCode } from '../kit/error-codes.ts';

/** What a handler returns; the server turns it into bytes. */
export type Answer =
	| { readonly kind: 'text'; readonly status: number; readonly text: string }
	| { readonly kind: 'json'; readonly status: number; readonly json: unknown }
	| { readonly kind: 'empty'; readonly status: number };

/** The answer most old endpoints give. */
export const ok: Answer = { kind: 'text', status: 200, text: 'OK' };

export const accepted: Answer = { kind: 'empty', status: 202 };
export const noContent: Answer = { kind: 'empty', status: 204 };

export function text(body: string): Answer {
	return { kind: 'text', status: 200, text: body };
}

export function json(body: unknown): Answer {
	return { kind: 'json', status: 200, json: body };
}

/** A JSON answer with `status: success`, as v2 gives. */
export function success(body: object = {}): Answer {
	return json({ status: 'success', ...body });
}

/** How a refusal is written: contract 1.4 and 1.5 mix plain text, `{status, message}` and `{Data, Error}`. */
export type RefusalForm = 'text' | 'json' | 'data';

/** A refusal of a request, in the form its endpoint is known for. */
export class RequestRefused extends SupervisorError {
	readonly form: RefusalForm;

	constructor(code: ErrorCode, message: string, form: RefusalForm) {
		super(message, { code, retry: 'never' });
		this.form = form;
	}
}

export function refuseText(code: ErrorCode, message: string): RequestRefused {
	return new RequestRefused(code, message, 'text');
}

export function refuseJson(code: ErrorCode, message: string): RequestRefused {
	return new RequestRefused(code, message, 'json');
}

/** A failure as the verbs of the whole device tell it. */
export function refuseData(err: unknown): RequestRefused {
	const code = err instanceof SupervisorError ? err.code : 'INTERNAL';
	return new RequestRefused(code, messageOf(err), 'data');
}

/** What the error mapper answers for anything that was thrown. */
export function answerFor(err: unknown): Answer {
	if (err instanceof RequestRefused && err.form === 'text') {
		return { kind: 'text', status: err.status, text: err.message };
	}
	if (err instanceof RequestRefused && err.form === 'data') {
		const status = err.code === 'UPDATES_LOCKED' ? err.status : 500;
		return { kind: 'json', status, json: { Data: '', Error: err.message } };
	}
	const status = err instanceof SupervisorError ? err.status : 503;
	const message = err instanceof Error && err.message !== '' ? err.message : 'Unknown error';
	return { kind: 'json', status, json: { status: 'failed', message } };
}
