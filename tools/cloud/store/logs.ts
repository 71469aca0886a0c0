import { z } from 'zod';
import { createTopic } from '../../../src/kit/emitter.ts';
import type { Database } from './database.ts';

export const StoredLogLine = z.object({
	createdAt: z.number(),
	timestamp: z.number(),
	isSystem: z.boolean(),
	isStdErr: z.boolean(),
	serviceId: z.number().optional(),
	message: z.string(),
});
export type StoredLogLine = z.infer<typeof StoredLogLine>;

export interface LogStore {
	/** Readers of the device hear the lines at once. Lines beyond the newest `keptLines` are forgotten in time. */
	append(deviceId: number, lines: readonly StoredLogLine[]): Promise<void>;
	/** The newest `count` lines, oldest first. */
	newest(deviceId: number, count: number): Promise<StoredLogLine[]>;
	/** @returns a function that ends the subscription */
	subscribe(deviceId: number, listener: (line: StoredLogLine) => void): () => void;
}

export const keptLines = 1000;
/** SQLite takes at most 999 bound values in one statement. */
const linesPerInsert = 200;

interface Published {
	deviceId: number;
	line: StoredLogLine;
}

export function createLogStore(database: Database): LogStore {
	const topic = createTopic<Published>();
	const insert = async (deviceId: number, lines: readonly StoredLogLine[]): Promise<void> => {
		for (let from = 0; from < lines.length; from += linesPerInsert) {
			const part = lines.slice(from, from + linesPerInsert);
			await database('log_lines').insert(
				part.map((line) => ({ device_id: deviceId, line: JSON.stringify(line) })),
			);
		}
	};
	const forgetOld = async (deviceId: number): Promise<void> => {
		const kept = database('log_lines')
			.select('id')
			.where({ device_id: deviceId })
			.orderBy('id', 'desc')
			.limit(keptLines);
		await database('log_lines').where({ device_id: deviceId }).whereNotIn('id', kept).delete();
	};
	return {
		async append(deviceId, lines) {
			await insert(deviceId, lines);
			for (const line of lines) topic.publish({ deviceId, line });
			await forgetOld(deviceId);
		},
		async newest(deviceId, count) {
			const rows = z
				.array(z.object({ line: z.string() }))
				.parse(
					await database('log_lines')
						.where({ device_id: deviceId })
						.orderBy('id', 'desc')
						.limit(count),
				);
			return rows.reverse().map(({ line }) => StoredLogLine.parse(JSON.parse(line)));
		},
		subscribe: (deviceId, listener) =>
			topic.subscribe((event) => {
				if (event.deviceId === deviceId) listener(event.line);
			}),
	};
}
