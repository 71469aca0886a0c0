import type { Handler, Request, Response } from 'express';
import type { Clock } from '../../../src/kit/clock.ts';

/** One request the cloud has seen. */
export interface SeenRequest {
	/** Counts up from 1. */
	id: number;
	at: string;
	method: string;
	/** Without the query. */
	path: string;
	query: Record<string, unknown>;
	headers: Record<string, string | string[] | undefined>;
	/** Parsed JSON; absent for bodies of other kinds. */
	body?: unknown;
	/** 0 as long as there is no answer, or when the connection was closed without one. */
	status: number;
}

export interface RequestFilter {
	method?: string | undefined;
	/** Regular expression over the path. */
	path?: string | undefined;
	/** Only those with a higher id. */
	after?: number | undefined;
}

export interface Journal {
	/** Oldest first. Requests to `/dev/` are not kept. */
	list(filter?: RequestFilter): SeenRequest[];
	clear(): void;
	handler: Handler;
}

/** How many requests are remembered. */
const journalMax = 1000;

interface Kept {
	entry: SeenRequest;
	/** Brings body and status of the entry up to date. */
	update: () => void;
}

function keep(entry: SeenRequest, req: Request, res: Response): Kept {
	const update = (): void => {
		const body: unknown = req.body;
		if (body !== undefined) entry.body = body;
		entry.status = res.headersSent ? res.statusCode : 0;
	};
	const kept = { entry, update };
	res.once('close', () => {
		update();
		kept.update = () => undefined; // lets go of request and response
	});
	return kept;
}

export function createJournal(clock: Clock): Journal {
	const seen: Kept[] = [];
	let count = 0;
	return {
		list({ method, path = '', after = 0 } = {}) {
			const pattern = new RegExp(path);
			for (const { update } of seen) update();
			return seen
				.map(({ entry }) => entry)
				.filter((one) => one.id > after && (method ?? one.method) === one.method)
				.filter((one) => pattern.test(one.path));
		},
		clear: () => void seen.splice(0),
		handler(req, res, next) {
			if (req.path.startsWith('/dev/')) {
				next();
				return;
			}
			count += 1;
			const { method, path, query, headers } = req;
			const entry: SeenRequest = {
				id: count,
				at: clock.now().toISOString(),
				method,
				path,
				query: { ...query },
				headers: { ...headers },
				status: 0,
			};
			seen.push(keep(entry, req, res));
			if (seen.length > journalMax) seen.shift();
			next();
		},
	};
}
