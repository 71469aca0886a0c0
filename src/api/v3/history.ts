import { z } from 'zod';
import type { HistoryEntry } from '../../model/history.ts';
import type { HistoryQuery } from '../../ports/history-store.ts';
import { noApp, type Caller } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { defineV3Route, type V3Route } from './route.ts';

export const HistoryParams = z.object({
	app: z.string().min(1).optional().describe('Only changes of this app: its uuid or its number'),
	before: z.coerce
		.number()
		.int()
		.min(1)
		.optional()
		.describe('Only changes with a lower number; default: from the newest on'),
	limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries of a page'),
});
type HistoryParams = z.infer<typeof HistoryParams>;

/** What was changed. */
export function historyRoutes({ watch }: ApiDeps): V3Route[] {
	return [
		defineV3Route({
			method: 'get',
			path: '/v3/history',
			operationId: 'getHistory',
			tag: 'watch',
			doc: 'What was changed, when and by whom, with cause and outcome; the key of an app sees changes of its app.',
			query: HistoryParams,
			answer: 'History',
			errors: ['STORE_FAILED'],
			handle: async ({ query, caller }) => {
				const { limit } = query;
				const rows = await watch.history.readHistory(toQuery(query, caller));
				const entries = rows
					.slice(0, limit)
					.filter((entry) => caller.reaches(entry.appId ?? noApp, 'read') && isOf(entry, query));
				const last = rows.length > limit ? rows[limit - 1] : undefined;
				return { entries, ...(last && { next: nextPage(query, last) }) };
			},
		}),
	];
}

/** One more than asked for, to know whether there is a next page. */
function toQuery({ app, before, limit }: HistoryParams, caller: Caller): HistoryQuery {
	const page = { before, limit: limit + 1 };
	if (!caller.reaches(noApp, 'read')) return { ...page, app: { id: ownAppOf(caller) } };
	if (app === undefined) return page;
	return { ...page, app: /^\d+$/.test(app) ? { id: Number(app) } : { uuid: app } };
}

function ownAppOf({ holder }: Caller): number {
	for (const scope of holder?.scopes ?? []) if (scope.type === 'app') return scope.appId;
	return noApp;
}

function isOf({ appUuid, appId }: HistoryEntry, { app }: HistoryParams): boolean {
	return app === undefined || appUuid === app || String(appId) === app;
}

function nextPage({ app, limit }: HistoryParams, { id }: HistoryEntry): string {
	const query = new URLSearchParams({ before: String(id), limit: String(limit) });
	if (app !== undefined) query.set('app', app);
	return `/v3/history?${query.toString()}`;
}
