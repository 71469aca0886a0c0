import chunk from 'lodash/chunk.js';
import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import type { EventNumbers, EventStore, StoredEvent } from '../ports/event-store.ts';
import type { Database } from './database.ts';
import { createRowParser } from './rows.ts';

const absentIfNull = <T extends z.ZodType>(schema: T) =>
	schema.nullable().transform((value) => value ?? undefined);

const EventRow = z.object({
	id: z.number().int().min(1),
	type: z.string(),
	appUuid: absentIfNull(z.string()),
	appId: absentIfNull(z.number()),
	json: z.string(),
});

const NumbersRow = z.object({
	reserved: z.number().int().min(1),
	isComplete: z.number().transform((flag) => flag === 1),
});

/** SQLite takes a limited number of bound values in one statement. */
const rowsAtOnce = 100;

/** The events of the tables `event` and `eventNumbers`. */
export function createEventStore(database: Database, log: Logger): EventStore {
	const events = createRowParser('event', EventRow, log);
	const numbers = createRowParser('eventNumbers', NumbersRow, log);
	return {
		async loadEvents() {
			const [known] = numbers.parse(await database('eventNumbers').where({ id: 1 }));
			return { events: events.parse(await database('event').orderBy('id')), numbers: known };
		},
		saveEvents: (fresh, { keepFrom, numbers: now }) =>
			database.transaction(async (transaction) => {
				await transaction('event').where('id', '<', keepFrom).delete();
				for (const some of chunk(fresh.map(toRow), rowsAtOnce)) {
					await transaction('event').insert(some).onConflict('id').merge();
				}
				await transaction('eventNumbers').insert(toNumbersRow(now)).onConflict('id').merge();
			}),
	};
}

function toRow({ id, type, appUuid = null, appId = null, json }: Nullable<StoredEvent>) {
	return { id, type, appUuid, appId, json };
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

function toNumbersRow({ reserved, isComplete }: EventNumbers) {
	return { id: 1, reserved, isComplete: isComplete ? 1 : 0 };
}
