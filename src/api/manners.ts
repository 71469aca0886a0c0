import type { RequestHandler } from 'express';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';

/** What browsers shall not do with any answer; none of it changes a body. */
const safeHeaders: Readonly<Record<string, string>> = {
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	'Referrer-Policy': 'no-referrer', // an address may hold a key
	'Cross-Origin-Resource-Policy': 'same-origin',
};

export const setSafeHeaders: RequestHandler = (_request, response, next) => {
	for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
	next();
};

/** Notes every request when it is over; its path alone, as what stands behind may be a key. */
export function createAccessLog(log: Logger, clock: Pick<Clock, 'monotonicMs'>): RequestHandler {
	return (request, response, next) => {
		const startedMs = clock.monotonicMs();
		const { method, path } = request;
		response.once('close', () => {
			const tookMs = Math.round(clock.monotonicMs() - startedMs);
			const { statusCode: status, writableFinished: isWhole } = response;
			log.debug({ method, path, status, tookMs, isWhole }, 'request answered');
		});
		next();
	};
}
