import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const toHtml = (text: string): string =>
	`<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Error</title></head>\n<body><pre>${text}</pre></body>\n</html>\n`;

/** Failures of the body parser: broken JSON 400, too large 413. */
const ParserFailure = z.object({ status: z.number().int().min(400).max(499), type: z.string() });

/** Turns refusals and failures of the body parser into answers; all else is a defect, told to `onError`. */
export function createErrorHandler(onError: (err: unknown) => void): ErrorRequestHandler {
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
