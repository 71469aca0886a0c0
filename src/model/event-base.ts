import { z } from 'zod';

/** What every event has. */
export const eventBase = {
	id: z
		.number()
		.int()
		.min(1)
		.optional()
		.describe('Grows with every event, over restarts too; absent where the event is not kept'),
	at: z.iso.datetime().describe('When it happened, by the clock of the device'),
};

/** What an event has that belongs to one app. */
export const ofApp = {
	appUuid: z.string().optional().describe('The app it is about; absent: the device as a whole'),
	appId: z.number().int().optional().describe('Number of the app, where it is known'),
};

/** What an event has that may belong to one service of an app. */
export const ofService = {
	...ofApp,
	serviceName: z.string().optional().describe('The service it is about, where there is one'),
};

/** One kind of event. Its description is its line in docs/events.md. */
export function defineEvent<T extends string, S extends z.ZodRawShape>(
	type: T,
	doc: string,
	shape: S,
) {
	return z
		.object({ ...eventBase, type: z.literal(type), ...shape })
		.readonly()
		.describe(doc);
}
