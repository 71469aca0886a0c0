import type { Request, RequestHandler, Response } from 'express';
import { createHandler } from './handler.ts';
import type { Route } from './route.ts';

/** Answers a request. @throws what the error mapper is to tell */
export type Shortcut = (request: Request, response: Response) => Promise<void>;

/**
 * The way around the router for requests that are made again and again: it tries one pattern after another, and a
 * device that is watched is asked little but the same few paths. Whatever is not written as in the table of routes, has
 * a body, or is no GET takes the usual way.
 * @param gate - asked first; rejects where the caller may not call
 * @returns a function that finds the shortcut of a request, if there is one
 */
export function createShortcuts(
	routes: readonly Route[],
	gate: RequestHandler,
): (request: Request) => Shortcut | undefined {
	const handlers = new Map(
		routes.filter(isPlain).map((route) => [route.path, createHandler(route)] as const),
	);
	return (request) => {
		const { method, headers } = request;
		if (method !== 'GET' || headers['transfer-encoding'] !== undefined) return undefined;
		if (headers['content-length'] !== undefined) return undefined;
		const handler = handlers.get(request.path);
		if (handler === undefined) return undefined;
		return async (...exchange) => {
			await gate(...exchange, nothingNext);
			await handler(...exchange, nothingNext);
		};
	};
}

/** True for a path that no other path is like. */
function isPlain({ method, access, path }: Route): boolean {
	return method === 'get' && access !== 'open' && /^[\w/-]+$/.test(path);
}

const nothingNext = (): void => undefined;
