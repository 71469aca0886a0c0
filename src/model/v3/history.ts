import { z } from 'zod';
import { HistoryEntry } from '../history.ts';

/** `GET /v3/history`. */
export const History = z
	.object({
		entries: z.array(HistoryEntry).readonly().describe('Newest first'),
		next: z.string().optional().describe('Path of the next page; absent on the last one'),
	})
	.describe('What was changed on the device, by whom and why');
export type History = z.infer<typeof History>;
