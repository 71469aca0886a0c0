import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { HistoryEntry } from '../model/history.ts';
import type { HistoryQuery, HistoryStore } from '../ports/history-store.ts';
import type { Database } from './database.ts';
import { createRowParser } from './rows.ts';

/** How much is kept; both bounds hold. */
export interface HistoryLimits {
	readonly rows: number;
	readonly ageMs: number;
}

export const historyLimits: HistoryLimits = { rows: 2000, ageMs: 180 * 24 * 60 * 60_000 };

const HistoryRow = z
	.object({
		id: z.number(),
		entry: z.string().transform((text, context): unknown => {
			try {
				return JSON.parse(text);
			} catch {
				context.addIssue({ code: 'custom', message: 'is not JSON' });
				return z.NEVER;
			}
		}),
	})
	.transform(({ id, entry }) => ({ ...Object(entry), id }) as unknown)
	.pipe(HistoryEntry);

/** The finished changes of the table `history`. */
export function createHistoryStore(
	database: Database,
	{ clock, log, limits = historyLimits }: HistoryStoreOptions,
): HistoryStore {
	const parser = createRowParser('history', HistoryRow, log);
	return {
		addHistory: (entry) =>
			database.transaction(async (transaction) => {
				const { appUuid = null, appId = null } = entry;
				const endedAtMs = clock.now().getTime();
				const row = { endedAtMs, appUuid, appId, entry: JSON.stringify(entry) };
				const [id = 0] = await transaction('history').insert(row);
				await transaction('history')
					.where('id', '<=', id - limits.rows)
					.orWhere('endedAtMs', '<', endedAtMs - limits.ageMs)
					.delete();
			}),
		async readHistory({ before, app, limit }) {
			const rows = database('history').orderBy('id', 'desc').limit(limit);
			if (before !== undefined) void rows.where('id', '<', before);
			if (app !== undefined) void rows.where(columnsOf(app));
			return parser.parse(await rows);
		},
	};
}

interface HistoryStoreOptions {
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Logger;
	/** Default: {@link historyLimits}. */
	readonly limits?: HistoryLimits | undefined;
}

function columnsOf(
	app: NonNullable<HistoryQuery['app']>,
): { readonly appUuid: string } | { readonly appId: number } {
	return 'uuid' in app ? { appUuid: app.uuid } : { appId: app.id };
}
