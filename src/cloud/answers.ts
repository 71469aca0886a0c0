import type { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import type { HttpAnswer } from './http.ts';
import { isWebPage } from './web-page.ts';

/**
 * Reads a JSON answer.
 * @param what - what was asked for, as it stands in a message: `the target state`
 * @throws {SupervisorError} CLOUD_REFUSED when it is HTML, damaged, or not of the schema's form
 */
export function parseAnswer<T extends z.ZodType>(
	answer: HttpAnswer,
	schema: T,
	what: string,
): z.infer<T> {
	const parsed = schema.safeParse(jsonOf(answer, what));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
	throw refused(answer, `${what} came in an unknown form${place}: ${issue?.message ?? ''}`);
}

function jsonOf(answer: HttpAnswer, what: string): unknown {
	if (looksLikeHtml(answer)) throw refused(answer, `instead of ${what} came a web page`);
	try {
		return JSON.parse(answer.text);
	} catch (err) {
		throw refused(answer, `${what} is not valid JSON (cut off?)`, err);
	}
}

function looksLikeHtml({ headers, text }: HttpAnswer): boolean {
	return headers['content-type']?.includes('html') === true || isWebPage({ headers, text });
}

/**
 * The failure that an answer with an error status stands for.
 * @param what - what was asked for, as it stands in a message: `the state report`
 * @returns a SupervisorError: CLOUD_UNAUTHORIZED for 401, else CLOUD_REFUSED, with the pause the cloud asked for
 */
export function toRefusal(answer: HttpAnswer, what: string): SupervisorError {
	if (answer.status === 401) {
		return new SupervisorError(
			`The cloud API at ${answer.host} refused the key of this device for ${what} (status 401)`,
			{ code: 'CLOUD_UNAUTHORIZED', ...pauseOf(answer) },
		);
	}
	const detail = detailOf(answer);
	return refused(answer, `${what} was refused with status ${answer.status}${detail}`);
}

function refused(answer: HttpAnswer, reason: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`The cloud API at ${answer.host}: ${reason}`, {
		code: 'CLOUD_REFUSED',
		cause,
		...pauseOf(answer),
	});
}

function pauseOf({ retryAfterMs }: HttpAnswer): { retryAfterMs?: number } {
	return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** The server's own words, when they are short and no web page. */
function detailOf(answer: HttpAnswer): string {
	const location = answer.headers['location'];
	if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
		return ` (it points to ${location}; set apiEndpoint in config.json to the final address)`;
	}
	const text = looksLikeHtml(answer) ? '' : answer.text.trim();
	return text === '' ? '' : `: ${text.slice(0, 200)}`;
}

/** True for 200 to 299. */
export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
	return status >= 200 && status < 300;
}
