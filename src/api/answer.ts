import { hasCode, messageOf, SupervisorError } from '../kit/errors.ts';
import type { ErrorCode } from '../kit/error-codes.ts';

interface AnswerHead {
	readonly status: number;
	/** Replaces the usual one of its kind. */
	readonly contentType?: string | undefined;
	/** Besides the content type. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * An answer that comes piece by piece. The headers leave at once; the next piece is asked for when the client took the
 * last ones; the iterable is told to return when the client is gone. One that waits must watch the request's signal.
 */
export interface StreamAnswer extends AnswerHead {
	readonly kind: 'stream';
	readonly contentType: string;
	readonly chunks: AsyncIterable<string | Uint8Array>;
	/** Drops the connection when it fires, whatever the client has not taken yet. Default never. */
	readonly dropped?: AbortSignal | undefined;
}

/** What a handler returns; the server turns it into bytes. */
export type Answer =
	| (AnswerHead & { readonly kind: 'text'; readonly text: string })
	| (AnswerHead & { readonly kind: 'json'; readonly json: unknown })
	| (AnswerHead & { readonly kind: 'empty' })
	| StreamAnswer;

/** An answer that is there as a whole. */
export type WholeAnswer = Exclude<Answer, StreamAnswer>;

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

/** @param written - JSON */
export function jsonText(written: string): Answer {
	return { kind: 'text', status: 200, text: written, contentType: 'application/json' };
}

/** @param contentType - `application/x-ndjson`, `text/event-stream` */
export function stream(
	contentType: string,
	chunks: AsyncIterable<string | Uint8Array>,
): StreamAnswer {
	return { kind: 'stream', status: 200, contentType, chunks };
}

/** A JSON answer with `status: success`, as v2 gives. */
export function success(body: object = {}): Answer {
	return json({ status: 'success', ...body });
}

/** A failure as the endpoints tell it that have always answered 500. */
export function failed(err: unknown): WholeAnswer {
	return { kind: 'json', status: 500, json: { status: 'failed', message: messageOf(err) } };
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

/** Verbs on a whole app answer 503 where there is none: clients of the interface know no other status. */
export function asWholeAppFailure(err: unknown): never {
	throw hasCode(err, 'APP_NOT_FOUND') ? refuseJson('STEP_FAILED', err.message) : err;
}

/** A failure as the verbs of the whole device tell it. */
export function refuseData(err: unknown): RequestRefused {
	const code = err instanceof SupervisorError ? err.code : 'INTERNAL';
	return new RequestRefused(code, messageOf(err), 'data');
}

/** What the error mapper answers for anything that was thrown. */
export function answerFor(err: unknown): WholeAnswer {
	if (err instanceof RequestRefused && err.form === 'text') {
		return { kind: 'text', status: err.status, text: toPassingText(err.message) };
	}
	if (err instanceof RequestRefused && err.form === 'data') {
		const status = err.code === 'UPDATES_LOCKED' ? err.status : 500;
		return { kind: 'json', status, json: { Data: '', Error: err.message } };
	}
	const status = err instanceof SupervisorError ? err.status : 503;
	const message = err instanceof Error && err.message !== '' ? err.message : 'Unknown error';
	return { kind: 'json', status, json: { status: 'failed', message } };
}

/** The cloud passes on texts of these characters only; for any other it answers a failure of its own. */
function toPassingText(message: string): string {
	const passing = message.replaceAll(/[^A-Za-z0-9\s:'.?!,/-]+/g, ' ');
	return passing.replaceAll(/ {2,}/g, ' ').trim();
}
